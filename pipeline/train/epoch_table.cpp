#include "pipeline/train/epoch_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/console/progress.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int rows = 8;

std::string row(const std::string& epoch, const std::string& loss, const std::string& rmse, const std::string& r2,
                const std::string& left, const std::string& mark) {
  const std::string text = fmt::format("{:>7}  {:>9}  {:>16}  {:>7}  {:>10}  {}", epoch, loss, rmse, r2, left, mark);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

EpochTable::EpochTable(const Output& output, const std::string& scored, int epochs)
    : output_(output), epochs_(epochs), every_(std::max(1, epochs / rows)) {
  output_.line(row("epoch", "loss", scored + " RMSE", "R2", "time left", ""));
  output_.line(row("", "", "mW m-2 sr-1 nm-1", "", "", ""));
}

void EpochTable::add(const Epoch& e, bool best, double seconds_left) const {
  if (e.epoch % every_ != 0 && e.epoch != epochs_) return;
  output_.line(row(fmt::to_string(e.epoch), fmt::format("{:.4f}", e.loss),
                   e.monitored ? fmt::format("{:.4f}", e.monitored->rmse) : "-",
                   e.monitored ? fmt::format("{:.4f}", e.monitored->r2) : "-", format_duration(seconds_left),
                   best ? "best so far" : ""));
}

}  // namespace unetsr::pipeline
