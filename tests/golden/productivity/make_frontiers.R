# Rscript make_frontiers.R [FOLDER]: writes frontiers.csv, the scores and Malmquist indexes of Benchmarking.
source("peers.R")
suppressPackageStartupMessages(library(Benchmarking))

eleven <- list(
  X = cbind(x1 = c(5, 16, 16, 17, 18, 23, 25, 27, 37, 42, 5), x2 = c(13, 12, 26, 15, 14, 6, 10, 22, 14, 25, 17)),
  Y = cbind(c(12, 14, 25, 26, 8, 9, 27, 30, 31, 26, 12))
)
for (returns in c("constant", "variable")) {
  found <- dea(eleven$X, eleven$Y, RTS = c(constant = "crs", variable = "vrs")[[returns]], SLACK = TRUE)
  note(paste("eleven units", returns, "input"), letters[1:11], found$eff)
  if (returns == "constant") {
    note("eleven units slacks", paste(letters[1:11], "x1"), found$sx[, 1])
    note("eleven units slacks", paste(letters[1:11], "x2"), found$sx[, 2])
    note("eleven units slacks", paste(letters[1:11], "y"), found$sy[, 1])
  }
}

seven <- list(X = cbind(c(100, 200, 300, 500, 100, 200, 600)), Y = cbind(c(75, 100, 300, 400, 25, 50, 400)))
words <- c(variable = "vrs", constant = "crs", nonincreasing = "drs", nondecreasing = "irs", free_disposal = "fdh")
for (returns in names(words)) {
  for (side in c("input", "output")) {
    found <- dea(seven$X, seven$Y, RTS = words[[returns]], ORIENTATION = substr(side, 1, nchar(side) - 3))
    note(paste("seven units", returns, side), letters[1:7], found$eff)
  }
}

# What the eleven could cost, earn and gain at prices of their own; for revenue input and outputs change places.
W <- cbind(1 + 1:11 / 10, 3 - 1:11 / 10)
for (returns in names(words)) {
  note(paste("eleven units cost", returns), letters[1:11], cost.opt(eleven$X, eleven$Y, W, RTS = words[[returns]])$cost)
}
for (returns in c("variable", "constant")) {
  found <- revenue.opt(eleven$Y, eleven$X, W, RTS = words[[returns]])
  note(paste("eleven units revenue", returns), letters[1:11], found$rev)
}
found <- profit.opt(eleven$X, eleven$Y, W, cbind(2 + 1:11 / 5), RTS = "vrs")
note("eleven units profit variable", letters[1:11], found$profit)

sites <- mirrored("charnes1981.csv")
for (asked in list(c("variable", "input"), c("constant", "input"), c("variable", "output"))) {
  way <- substr(asked[2], 1, nchar(asked[2]) - 3)
  found <- dea(sites[paste0("x", 1:5)], sites[paste0("y", 1:3)], RTS = words[[asked[1]]], ORIENTATION = way)
  scores <- c(sum(found$eff), found$eff[1], sum(abs(found$eff - 1) < 1e-8))
  note(paste("schools", asked[1], asked[2]), c("sum", "first", "efficient"), scores)
}

hospitals <- mirrored("hospitals_japan.csv")
for (returns in c("variable", "constant")) {
  found <- dea(hospitals[c("labor", "capital")], hospitals[c("inpatients", "outpatients")], RTS = words[[returns]])
  note(paste("hospitals", returns, "input"), 1:10, found$eff[1:10])
}

states <- mirrored("munnell_us_states.csv")
of_year <- function(year, columns) states[states$YR == year, columns]
inputs <- c("P_CAP", "PC", "EMP")
for (asked in list(list(1970, "constant"), list(1986, "constant"), list(1986, "variable"))) {
  X <- of_year(asked[[1]], inputs)
  Y <- of_year(asked[[1]], "GSP")
  behind <- 1 / dea(X, Y, RTS = words[[asked[[2]]]], ORIENTATION = "out")$eff
  told <- c(mean(behind), sum(behind > 1 - 1e-8))
  note(paste("states", asked[[1]], asked[[2]], "output"), c("mean", "efficient"), told)
}

# Of inputs, which at constant returns is that of outputs; the package turns the latter upside down.
five <- list(X0 = c(2, 3, 5, 4, 4), Y0 = c(1, 4, 6, 3, 5), X1 = c(1, 2, 4, 3, 4), Y1 = c(1, 4, 6, 3, 3))
four <- list(X0 = c(10, 28, 30, 60), Y0 = c(5, 7, 10, 15), X1 = c(12, 26, 16, 60), Y1 = c(6, 8, 9, 15))
changes <- function(data, ids) {
  malmq(cbind(data$X0), cbind(data$Y0), ids, cbind(data$X1), cbind(data$Y1), ids, RTS = "crs", ORIENTATION = "in")
}
parts <- c(change = "m", efficiency_change = "ec", technical_change = "tc")
for (name in c("five", "four")) {
  data <- get(name)
  found <- changes(data, letters[seq_along(data$X0)])
  for (part in names(parts)) note(paste(name, "units Malmquist"), paste(found$id, part), found[[parts[[part]]]])
}
found <- malmq(
  as.matrix(of_year(1970, inputs)), cbind(of_year(1970, "GSP")), of_year(1970, "ST_ABB"),
  as.matrix(of_year(1986, inputs)), cbind(of_year(1986, "GSP")), of_year(1986, "ST_ABB"),
  RTS = "crs", ORIENTATION = "in"
)
for (part in names(parts)) note("states 1970-86 Malmquist", part, exp(mean(log(found[[parts[[part]]]]))))
note("states 1970-86 Malmquist", c("WY", "NH"), found$m[match(c("WY", "NH"), found$id)])

keep("frontiers.csv")
