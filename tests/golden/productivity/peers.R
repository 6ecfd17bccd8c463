# What each make_*.R here begins with: where the tables of others lie, and a CSV of what a peer answers.
# A folder, the first argument or INDUSTRIA_MIRROR, holds the tables in its own folder `productivity`.
folder <- c(commandArgs(trailingOnly = TRUE), Sys.getenv("INDUSTRIA_MIRROR"))[1]
mirrored <- function(name) read.csv(file.path(folder, "productivity", name))

answers <- NULL
note <- function(case, quantity, value) {
  answers <<- rbind(answers, data.frame(case, quantity, value = sprintf("%.12g", as.numeric(value))))
}
keep <- function(file) write.csv(answers, file, row.names = FALSE, quote = FALSE, eol = "\n")
