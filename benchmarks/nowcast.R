# Seconds of surveillance::nowcast with right-truncated delays on the HUS outbreak of 2011, one line a round, and then the
# medians it found: Rscript nowcast.R ROUNDS FILE, which receives the reports that were used.
arguments <- commandArgs(trailingOnly = TRUE)
suppressMessages(library(surveillance))
data(husO104Hosp)
reports <- husO104Hosp[!is.na(husO104Hosp$dHosp) & !is.na(husO104Hosp$dReport), c("dHosp", "dReport")]
write.csv(reports, arguments[2], row.names = FALSE)
now <- as.Date("2011-06-02")
control <- list(
  dRange = as.Date(c("2011-05-01", "2011-07-10")), alpha = 0.05, nSamples = 1e4, N.tInf.max = 300,
  N.tInf.prior = structure("poisgamma", mean.lambda = 50, var.lambda = 3000)
)
set.seed(1)
for (round in seq_len(as.integer(arguments[1]))) {
  taken <- system.time(invisible(capture.output(found <- suppressMessages(suppressWarnings(nowcast(
    now = now, when = now - 17:1, data = reports, dEventCol = "dHosp", dReportCol = "dReport",
    aggregate.by = "1 day", D = 14, m = NULL, method = "bayes.trunc", control = control
  ))))))
  cat(taken[["elapsed"]], "\n")
}
cat(upperbound(found)[!is.na(upperbound(found)[, 1]), 1], "\n")
