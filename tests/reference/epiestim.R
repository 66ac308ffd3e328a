# Cases of R's EpiEstim beside those of ../shared: imported cases, another prior, windows of unequal length,
# large counts, the cohort method with an empirical serial interval. (A missing count stops R 2.2.4 with an error.)
#   Rscript epiestim.R > epiestim.csv        made with R 4.2.2, EpiEstim 2.2.4
suppressMessages(library(EpiEstim))
options(digits = 17)
w <- c(0, 0.2, 0.35, 0.2, 0.15, 0.07, 0.03)
I <- c(3, 1, 0, 4, 6, 2, 8, 11, 7, 15, 12, 20, 18, 25, 31, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 5, 4, 3)
imported <- c(3, 0, 0, 2, 1, 0, 0, 3, 0, 0, 0, 1, rep(0, 13), 2, 0, 1, 0, 0)
quiet <- function(x) suppressMessages(suppressWarnings(x))
cat("case,t_start,t_end,mean,sd,q0.025,q0.05,q0.25,q0.5,q0.75,q0.95,q0.975\n")
line <- function(name, r) for (i in seq_len(nrow(r)))
  cat(name, ",", paste(ifelse(is.na(unlist(r[i, ])), "nan", sprintf("%.17g", unlist(r[i, ]))), collapse = ","), "\n", sep = "")
estimate <- function(incid, ...) quiet(estimate_R(incid, method = "non_parametric_si", config = make_config(list(si_distr = w, ...))))$R
line("imported", estimate(data.frame(local = I - imported, imported = imported)))
line("prior", estimate(I, mean_prior = 1.3, std_prior = 0.7))
line("windows", estimate(I, t_start = c(2, 2, 5, 10, 28), t_end = c(2, 20, 6, 30, 30)))
line("large", estimate(I * 1e5))
# Of the cohort method only the mean is no simulation.
cohort <- quiet(wallinga_teunis(I, "non_parametric_si", list(t_start = 2:24, t_end = 8:30, si_distr = w, n_sim = 2)))$R
line("cohort", cbind(cohort[, 1:3], matrix(NA, nrow(cohort), 8)))
