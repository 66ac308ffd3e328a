# Makes nowcast_reports.csv and nowcast.csv: simulated cases by day of event and of report, and what nowcast() of
# surveillance makes of them. R 4.2.2, surveillance 1.20.3. Two methods are sampled: 20,000 draws.
suppressMessages(library(surveillance))
set.seed(1994)
days <- 45; D <- 9; shares <- c(4, 14, 20, 18, 14, 10, 8, 6, 4, 2) / 100
event <- rep(as.Date("2024-02-01") + 0:(days - 1), rnbinom(days, size = 10, mu = 6 * exp(0.05 * 1:days)))
report <- event + sample(0:D, length(event), TRUE, shares)
cases <- data.frame(event = event, report = report)
now <- as.Date("2024-02-01") + days - 1
cases <- cases[cases$report <= now, ]
counts <- aggregate(list(n = rep(1, nrow(cases))), cases, sum)
write.csv(counts, "nowcast_reports.csv", row.names = FALSE, quote = FALSE)

prior <- structure("poisgamma", mean.lambda = 40, var.lambda = 2000)
out <- NULL
ask <- function(case, method, m, ...) {
  control <- list(dRange = as.Date("2024-02-01") + c(0, days - 1), N.tInf.max = 1000, N.tInf.prior = prior,
                  nSamples = 20000, predPMF = TRUE, ...)
  sink(tempfile()); on.exit(sink())
  x <- suppressWarnings(suppressMessages(
    nowcast(now, seq(now - D + 1, now, by = 1), cases, "event", "report", method = method, D = D, m = m,
            m.interpretation = if (method == "lawless") "lawless1994" else "hoehle_anderheiden2014", control = control)))
  for (day in names(x@predPMF)) {
    below <- cumsum(x@predPMF[[day]][[1]])
    for (level in c(0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975))
      out <<- rbind(out, data.frame(case = case, day = day, level = level, value = which.max(below > level) - 1))
  }
  if (method != "bayes.notrunc.bnb") {
    share <- delayCDF(x)[[1]]
    out <<- rbind(out, data.frame(case = case, day = paste0("share", 0:D), level = NA,
                                  value = sprintf("%.15g", share[1:(D + 1)])))
  }
}
set.seed(1)
for (method in c("lawless", "bayes.trunc", "bayes.notrunc", "bayes.notrunc.bnb")) {
  ask(method, method, NULL)
  ask(paste0(method, " window"), method, 19)
}
write.csv(out, "nowcast.csv", row.names = FALSE, quote = FALSE)
