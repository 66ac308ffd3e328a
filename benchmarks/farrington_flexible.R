# Seconds that R's farringtonFlexible takes for the last week of each series of a CSV of counts, one column a series.
#   Rscript farrington_flexible.R COUNTS.csv ROUNDS
suppressMessages(library(surveillance))
arguments <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(arguments[1], header = FALSE))
RANGE <- nrow(counts)
weekly <- sts(counts, frequency = 52, start = c(2001, 1))
options <- eval(parse(text = arguments[3]))
for (round in seq_len(as.integer(arguments[2]))) {
  begun <- proc.time()[["elapsed"]]
  result <- farringtonFlexible(weekly, options)
  cat(proc.time()[["elapsed"]] - begun, "\n")
}
cat(sum(alarms(result), na.rm = TRUE), "\n")
