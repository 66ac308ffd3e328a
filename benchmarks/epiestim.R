# Seconds that R's EpiEstim takes for each series of a CSV of daily counts, one column a series.
#   Rscript epiestim.R COUNTS.csv WEIGHTS.csv ROUNDS
suppressMessages(library(EpiEstim))
arguments <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(arguments[1], header = FALSE))
w <- read.csv(arguments[2], header = FALSE)[, 1]
config <- suppressMessages(make_config(list(si_distr = w, t_start = seq(2, nrow(counts) - 6), t_end = seq(8, nrow(counts)))))
estimate <- function(j) suppressWarnings(estimate_R(counts[, j], method = "non_parametric_si", config = config))$R
for (round in seq_len(as.integer(arguments[3]))) {
  begun <- proc.time()[["elapsed"]]
  for (j in seq_len(ncol(counts))) result <- estimate(j)
  cat(proc.time()[["elapsed"]] - begun, "\n")
}
cat(sprintf("%.17g", tail(result[["Mean(R)"]], 1)), "\n")
