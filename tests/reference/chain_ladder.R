# Makes chain_ladder_reports.csv and chain_ladder.csv: simulated reports by day and delay, and the nowcasts that the
# baseline of the German hospitalisation nowcast hub makes of them.
#
#   git clone https://github.com/KITmetricslab/hospitalization-nowcast-hub   (0ee6543a67447d7e0bbb08460b827b0f32fe6627)
#   Rscript chain_ladder.R hospitalization-nowcast-hub/code/baseline/functions.R
#
# R 4.2.2. The hub's function counts reports of its longest delay twice, and reports of the column after it as known too
# early; the last two delays here are therefore without reports, where it does as its documentation says.
source(commandArgs(TRUE)[1])
set.seed(20211117)
days <- 95; delays <- 14; shares <- c(18, 22, 14, 10, 8, 6, 5, 4, 4, 3, 3, 3, 0, 0) / 100
level <- 40 * exp(cumsum(rnorm(days, 0, 0.08)))
reports <- t(sapply(1:days, function(t) {
  weekday <- ifelse((t + 0:(delays - 1)) %% 7 %in% c(0, 1), 0.4, 1.2)
  rpois(delays, rgamma(1, 20, 20) * level[t] * shares * weekday)
}))
date <- as.Date("2021-07-01") + 0:(days - 1)
known <- reports
known[row(known) + col(known) - 1 > days] <- NA
observed <- data.frame(date = date, location = "DE", age_group = "00+", known)
names(observed)[-(1:3)] <- paste0("value_", 0:(delays - 1), "d")
write.csv(data.frame(date = date, known), "chain_ladder_reports.csv", row.names = FALSE, quote = FALSE)
nowcast <- compute_nowcast(observed, min_horizon = 0, max_horizon = 11, max_delay = delays - 2,
                           n_history_expectations = 60, n_history_dispersion = 60)
write.csv(nowcast[nowcast$type == "quantile", c("target_end_date", "quantile", "value")], "chain_ladder.csv",
          row.names = FALSE, quote = FALSE)
