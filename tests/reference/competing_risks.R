# Figures of R's survival for tests/epi/severity/test_competing_risks.py: Rscript tests/reference/competing_risks.R
# Aalen-Johansen estimates of death (1) and recovery (2) with survfit, in two groups, and with delayed entry.
# The persons are the same whole numbers as in the test, which counts them from 0.
suppressMessages(library(survival))
i <- 0:119
days <- (i * i * 7 + i * 11) %% 29 + i %% 3
outcome <- ifelse(i %% 5 == 0, 0, ifelse((i * 13) %% 10 < 3, 1, 2))
group <- ifelse(i %% 2 == 0, "a", "b")
entry <- pmin(i %% 6, days - 1)
rows <- function(case, fit, at) {
  s <- summary(fit, times = at, extend = TRUE)
  strata <- if (is.null(s$strata)) rep("all", length(s$time)) else sub("group=", "", as.character(s$strata))
  data.frame(case = case, group = strata, time = s$time, at_risk = s$n.risk[, 1], died = s$pstate[, 2],
             recovered = s$pstate[, 3], died_se = s$std.err[, 2], recovered_se = s$std.err[, 3])
}
at <- c(0, 3, 8, 15, 22, 30)
status <- factor(outcome, 0:2)
out <- rbind(
  rows("groups", survfit(Surv(days, status) ~ group), at),
  rows("all", survfit(Surv(days, status) ~ 1), at)
)
late <- days > 0
id <- i[late]
fit <- survfit(Surv(entry[late], days[late], status[late]) ~ 1, id = id, istate = factor(rep("neither", sum(late))))
s <- summary(fit, times = at[-1], extend = TRUE)
died <- which(fit$states == "1")
recovered <- which(fit$states == "2")
out <- rbind(out, data.frame(case = "entry", group = "all", time = s$time, at_risk = s$n.risk[, fit$states == "neither"],
  died = s$pstate[, died], recovered = s$pstate[, recovered], died_se = s$std.err[, died], recovered_se = s$std.err[, recovered]))
out[] <- lapply(out, function(v) if (is.numeric(v)) format(v, digits = 15, trim = TRUE, scientific = NA) else v)
cat(R.version.string, as.character(packageVersion("survival")), "\n", file = stderr())
write.csv(out, "tests/reference/competing_risks.csv", row.names = FALSE, quote = FALSE)
