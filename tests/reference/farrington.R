# Figures of R's surveillance for Farrington's methods.
#   Rscript tests/reference/farrington.R > tests/reference/farrington.csv
# The counts come from a formula in whole numbers, the same in tests/epi/detect/r_figures.py.
suppressMessages(library(surveillance))
t <- 1:430
season <- c(6, 5, 4, 3, 2, 1, 1, 2, 3, 4, 5, 6, 7)
y <- ((t * t * 31 + t * 17) %% 13) %/% 3 + season[(t %/% 4) %% 13 + 1] + t %/% 100 + ifelse(t %in% c(90, 91, 250), 25, 0)
y[428] <- 30
rare <- ifelse((t * t * 7 + t) %% 17 < 2, 1, 0) + ifelse(t %in% c(150, 427), 6, 0)
people <- 1e5 * (1 + t / 1000)
range <- 425:430
cat("# ", R.version.string, ", surveillance ", as.character(packageVersion("surveillance")), "\ncase,quantity,index,value\n", sep = "")
put <- function(id, quantity, value) cat(sprintf("%s,%s,%d,%s\n", id, quantity, range, ifelse(is.na(value), "nan", sprintf("%.17g", as.numeric(value)))), sep = "")
make <- function(y, dated) if (dated) sts(observed = y, frequency = 52, epoch = as.numeric(seq(as.Date("2001-01-01"), by = 7, length.out = 430)), epochAsDate = TRUE, population = matrix(people)) else
  sts(observed = y, frequency = 52, start = c(2001, 1), population = matrix(people))
noufaily <- list(range = range, b = 5, w = 3, noPeriods = 10, weightsThreshold = 2.58, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin", alpha = 0.01, pThresholdTrend = 1, glmWarnings = FALSE)
flexible <- function(id, y, dated, ...) {
  r <- farringtonFlexible(make(y, dated), control = modifyList(noufaily, list(...), keep.null = TRUE))
  put(id, "upperbound", upperbound(r)); put(id, "alarm", alarms(r)); put(id, "expected", r@control$expected)
  put(id, "phi", r@control$phiVector); put(id, "pvalue", r@control$pvalue); put(id, "trend", r@control$trendVector)
}
flexible("flexible_dates", y, TRUE)
flexible("flexible_index", y, FALSE)
flexible("flexible_rare", rare, TRUE)
flexible("flexible_muan", y, TRUE, thresholdMethod = "muan", alpha = 0.05)
flexible("flexible_delta", y, FALSE, thresholdMethod = "delta", noPeriods = 1, pastWeeksNotIncluded = NULL, pThresholdTrend = 0.05)
flexible("flexible_delta_half", y, TRUE, thresholdMethod = "delta", powertrans = "1/2", weightsThreshold = 1, noPeriods = 5)
flexible("flexible_delta_none", rare, FALSE, thresholdMethod = "delta", powertrans = "none", b = 2)
flexible("flexible_population", y, TRUE, populationOffset = TRUE, pThresholdTrend = 0.05)
flexible("flexible_plain", y, TRUE, reweight = FALSE, thresholdMethod = "delta", pThresholdTrend = 0.05)
plain <- function(id, y, dated, ...) {
  r <- suppressWarnings(farrington(make(y, dated), control = list(range = range, w = 3, ...)))
  put(id, "upperbound", upperbound(r)); put(id, "alarm", alarms(r))
}
plain("plain_dates", y, TRUE, b = 5, alpha = 0.01)
plain("plain_index", y, FALSE, b = 4, alpha = 0.05)
plain("plain_rare", rare, TRUE, b = 5, alpha = 0.05, reweight = FALSE)
plain("plain_short", y, TRUE, b = 9, alpha = 0.05)
