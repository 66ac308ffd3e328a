# Figures of R for tests/epi/test_attack_rates.py: Rscript tests/reference/attack_rates.R
# Wilson's interval: prop.test without continuity correction. Fisher's exact test, two-sided: fisher.test.
tables <- rbind(
  c(43, 54, 3, 21), c(46, 54, 0, 21), c(10, 20, 0, 20), c(0, 20, 10, 20), c(1, 1, 0, 1), c(5, 5, 5, 5), c(3, 10, 3, 10),
  c(36, 40, 16, 80), c(189, 11034, 104, 11037), c(1, 300, 2, 5), c(7, 12, 1, 40), c(120, 4000, 80, 9000), c(2, 3, 19, 20)
)
rows <- apply(tables, 1, function(x) {
  wilson <- prop.test(x[1], x[2], correct = FALSE)$conf.int
  p <- fisher.test(matrix(c(x[1], x[2] - x[1], x[3], x[4] - x[3]), 2))$p.value
  c(x, wilson, p)
})
out <- as.data.frame(t(rows))
names(out) <- c("exposed_ill", "exposed", "unexposed_ill", "unexposed", "wilson_low", "wilson_high", "fisher")
out[] <- lapply(out, function(v) format(v, digits = 15, trim = TRUE, scientific = NA))
cat(R.version.string, file = stderr())
write.csv(out, "tests/reference/attack_rates.csv", row.names = FALSE, quote = FALSE)
