# Figures of R's surveillance for the detection methods other than Farrington's.
#   Rscript tests/reference/detection_methods.R > tests/reference/detection_methods.csv
# The counts come from a formula in whole numbers, the same in tests/epi/detect/r_figures.py.
suppressMessages(library(surveillance))
t <- 1:160
y <- ((t * t * 31 + t * 17) %% 13) %/% 2 + ((t %/% 26) %% 2) * 3 + ifelse(t >= 141 & t <= 145, 2 * (t - 139), 0)
quiet <- c(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 5, 0, 1, 0, 2, 7, 0, 0, 3, 1)   # standard deviations of 0
fall <- y; fall[141:146] <- c(0, 1, 0, 0, 1, 0)
mu0 <- 4 + (t %% 7) / 2
range <- 120:160
shown <- seq(120, 160, by = 4) - 119
dis <- function(y) create.disProg(week = seq_along(y), observed = y, state = rep(0, length(y)), freq = 52, start = c(2001, 1))
mts <- function(y) sts(observed = y, frequency = 52, start = c(2001, 1))
cat("# ", R.version.string, ", surveillance ", as.character(packageVersion("surveillance")), "\ncase,quantity,index,value\n", sep = "")
put <- function(id, quantity, index, value) if (length(index)) cat(sprintf("%s,%s,%d,%.17g\n", id, quantity, as.integer(index), as.numeric(value)), sep = "")
keep <- function(id, upper, alarm, extra = list()) {
  put(id, "upperbound", range[shown], as.numeric(upper)[shown])
  at <- range[which(as.numeric(alarm) == 1)]
  put(id, "alarm", at, rep(1, length(at)))
  for (q in names(extra)) put(id, q, range[shown], as.numeric(extra[[q]])[shown])
}
chart <- function(id, f, y, ...) { r <- suppressMessages(suppressWarnings(f(dis(y), control = list(range = range, ...))))
  keep(id, r$upperbound, r$alarm, Filter(Negate(is.null), list(cusum = r$cusum,
    mu0 = if (is.numeric(r$control$mu0)) r$control$mu0, m = if (length(r$control$m) > 1) r$control$m))) }

for (m in c("C1", "C2", "C3")) {
  r <- earsC(mts(y), control = list(range = range, method = m, baseline = 7, minSigma = 0, alpha = 0.025))
  keep(paste0("ears_", m), upperbound(r), alarms(r))
  r <- earsC(mts(y), control = list(range = range, method = m, baseline = 10, minSigma = 2.5, alpha = 0.01))
  keep(paste0("ears_", m, "_wide"), upperbound(r), alarms(r))
  r <- suppressWarnings(earsC(mts(quiet), control = list(range = 12:24, method = m, baseline = 7, minSigma = 0, alpha = 0.025)))
  put(paste0("ears_", m, "_quiet"), "upperbound", 12:24, upperbound(r))
  put(paste0("ears_", m, "_quiet"), "alarm", (12:24)[which(alarms(r) == 1)], 1)
}
for (p in list(list("1", 0, 6, TRUE), list("2", 1, 6, TRUE), list("3", 2, 4, FALSE))) {
  r <- algo.bayes(dis(y), list(range = range, b = p[[2]], w = p[[3]], actY = p[[4]], alpha = 0.05))
  keep(paste0("bayes", p[[1]]), r$upperbound, r$alarm)
}
for (p in list(list("1", 0, 6, TRUE), list("2", 1, 6, TRUE), list("3", 2, 4, FALSE))) for (times in c(1, 9)) {
  r <- algo.rki(dis(times * y), list(range = range, b = p[[2]], w = p[[3]], actY = p[[4]]))
  keep(paste0("rki", p[[1]], if (times > 1) "_high"), r$upperbound, r$alarm)
}
for (mu in 0:20) put("rki_table", "upperbound", mu + 1, algo.rki(dis(rep(mu, 7)), list(range = 7, b = 0, w = 6, actY = TRUE))$upperbound)
for (tr in c("standard", "rossi", "anscombe", "anscombe2nd", "pearsonNegBin", "anscombeNegBin", "none"))
  chart(paste0("cusum_", tr), algo.cusum, y, k = if (tr == "none") 6 else 0.5, h = if (tr == "none") 15 else 3, trans = tr, alpha = 0.2)
chart("cusum_glm", algo.cusum, y, k = 0.5, h = 3, m = "glm", trans = "rossi")
chart("cusum_m", algo.cusum, y, k = 0.5, h = 3, m = mu0[range], trans = "anscombe")
for (nb in c(FALSE, TRUE)) {
  f <- if (nb) algo.glrnb else algo.glrpois
  name <- if (nb) "glrnb" else "glrpois"
  go <- function(id, y = get("y", globalenv()), ...) { a <- list(...); if (nb && is.null(a$alpha)) a$alpha <- 0.1
    do.call(chart, c(list(paste0(name, "_", id), f, y, c.ARL = 3, ret = "value"), if (nb) a else a[names(a) != "alpha"])) }
  go("given", mu0 = mu0[range])
  go("window", mu0 = mu0[range], M = 6, Mtilde = 1)
  go("min_window", mu0 = mu0[range], M = 8, Mtilde = 3)
  go("dec", y = fall, mu0 = mu0[range], dir = "dec")
  go("dec_no_zeros", y = fall + 1, mu0 = mu0[range] + 1, dir = "dec")
  go("epi", mu0 = mu0[range], change = "epi")
  chart(paste0(name, "_cases"), f, y, c.ARL = 3, ret = "cases", mu0 = mu0[range], alpha = if (nb) 0.1 else 0)
}
chart("glrpois_fitted", algo.glrpois, y, c.ARL = 3, ret = "value", mu0 = list(S = 2, trend = TRUE))
chart("glrnb_fixed_alpha", algo.glrnb, y, c.ARL = 3, ret = "value", mu0 = list(S = 1, trend = FALSE), alpha = 0.1)
over <- y + ifelse((t * 5) %% 9 == 0, 9, 0)
chart("glrnb_fitted", algo.glrnb, over, c.ARL = 1.2, ret = "value", mu0 = list(S = 1, trend = TRUE), alpha = NULL)
