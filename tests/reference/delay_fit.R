# Maximum likelihood of doubly interval-censored, right-truncated delays in R, by numerical integration and optim.
# Run: Rscript delay_fit.R > delay_fit.csv
# The line list is made of whole numbers, as in tests/epi/delays/r_figures.py: no random numbers that differ.
cat(sprintf("# %s; integrate() over the first event's window, optim(Nelder-Mead, then BFGS), optimHess\n", R.version.string))
i <- 1:90
begin <- (i * 7) %% 31                      # first day of the first window
width <- 1 + (i * 5) %% 4                   # days of it
delay <- 1 + (i * i * 3 + i) %% 9 + (i %% 6 == 0) * 4
low <- begin + width - 1 + delay            # first day of the second window
last <- low + (i %% 3 == 0)                 # last day of it
as_of <- 40
keep <- last <= as_of
begin <- begin[keep]; width <- width[keep]; low <- low[keep]; last <- last[keep]

families <- list(
  gamma = list(p = function(x, a, b) pgamma(x, exp(a), scale = exp(b)), start = c(0, 1),
               moments = function(a, b) c(exp(a + b), exp(a / 2 + b))),
  lognormal = list(p = function(x, a, b) plnorm(x, a, exp(b)), start = c(1, 0),
                   moments = function(a, b) { m <- exp(a + exp(2 * b) / 2); c(m, m * sqrt(exp(exp(2 * b)) - 1)) }),
  weibull = list(p = function(x, a, b) pweibull(x, exp(a), exp(b)), start = c(0, 1),
                 moments = function(a, b) { k <- exp(a); m <- exp(b) * gamma(1 + 1 / k)
                   c(m, exp(b) * sqrt(gamma(1 + 2 / k) - gamma(1 + 1 / k)^2)) }),
  normal = list(p = function(x, a, b) pnorm(x, a, exp(b)), start = c(5, 1), moments = function(a, b) c(a, exp(b))))

cat("family,truncated,mean,sd,log_likelihood,first,second,var11,var12,var22\n")
for (name in names(families)) for (truncated in c(FALSE, TRUE)) {
  F <- families[[name]]
  minus <- function(par) {
    total <- 0
    for (k in seq_along(begin)) {
      over <- function(f) integrate(f, begin[k], begin[k] + width[k], rel.tol = 1e-11, subdivisions = 1000L)$value
      top <- over(function(t) F$p(last[k] + 1 - t, par[1], par[2]) - F$p(low[k] - t, par[1], par[2])) / width[k]
      bottom <- if (truncated) over(function(t) F$p(as_of + 1 - t, par[1], par[2])) / width[k] else 1
      total <- total - log(top) + log(bottom)
    }
    total
  }
  best <- optim(F$start, minus, control = list(reltol = 1e-14, maxit = 2000))
  best <- optim(best$par, minus, method = "BFGS", control = list(reltol = 1e-15, ndeps = c(1e-5, 1e-5)))
  V <- solve(optimHess(best$par, minus, control = list(ndeps = c(1e-3, 1e-3))))
  m <- F$moments(best$par[1], best$par[2])
  cat(sprintf("%s,%d,%.8f,%.8f,%.8f,%.8f,%.8f,%.8g,%.8g,%.8g\n", name, truncated, m[1], m[2], -best$value,
              best$par[1], best$par[2], V[1, 1], V[1, 2], V[2, 2]))
}
