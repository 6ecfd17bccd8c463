# Rscript make.R > esft.csv, with the R package esft installed; a line an item and country, a column a week.
suppressPackageStartupMessages(library(esft))
days <- 0:167
cases <- data.frame(
  Date_reported = as.Date("2021-11-01") + days,
  New_cases = round(20000 * exp(-((days - 100) / 30)^2) + 1000)
)

weekly <- function(country) {
  user <- user_input()
  params <- get_parameters()
  strategy <- set_testing_strategy()
  diagnostic <- get_diagnostic_parameters()
  lab <- get_lab_parameters()
  capacity <- get_country_capacity(country)
  tests_there <- get_country_test_capacity(country)
  new <- cases_weekly(params, capacity, strategy, data = cases, data_source = "WHO", user = user)
  patients <- patients_weekly(params, capacity, new, data_source = "WHO", user = user)
  tests <- diagnostics_weekly(params, patients, new, diagnostic, strategy)
  caps <- hcw_caps(params, capacity, throughput, hwfe, patients)
  platforms <- calc_diagnostic_capacity(tests_there, throughput, hours_per_shift = hours_per_shift)
  staff <- hcws_weekly(params, capacity, lab, tests, patients, total_labs(tests_there), caps)
  screening <- screening_hcws_weekly(tests, caps, capacity)
  more <- additional_testing(staff, screening, strategy, tests)
  total <- total_tests(tests, more, max_tests_per_day(platforms))
  commodities_weekly(
    equipment, patients, new, tests, screening, staff, lab, test_ratio(platforms, diagnostic), total, params
  )
}

for (country in c("BRA", "MYS", "AFG")) {
  rows <- suppressMessages(suppressWarnings(weekly(country)))
  rows <- rows[rows$category != "Diagnostics", ]
  for (item in sort(unique(rows$item))) {
    units <- rows[rows$item == item, ]
    units <- units$total_amount[order(units$week_begins)]
    cat(country, dQuote(item, FALSE), paste(format(units, digits = 12, trim = TRUE), collapse = ","), sep = ",")
    cat("\n")
  }
}
