#include "pipeline/train/history.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "data/dataset/json_text.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/atomic_file.hpp"

namespace unetsr::pipeline {
namespace {

std::string to_line(const Epoch& e) {
  nlohmann::ordered_json line = {{"epoch", e.epoch},
                                 {"loss", e.loss},
                                 {"learning_rate", e.learning_rate},
                                 {"seconds", e.seconds},
                                 {"memory_mib", e.memory_mib}};
  if (e.monitored) line["monitored"] = to_json(*e.monitored);
  return line.dump() + "\n";
}

// The line of epoch `number`.
Epoch from_json(const nlohmann::json& line, int number) {
  Epoch e;
  e.epoch = int(data::whole_number(line, "epoch", number, number));
  e.loss = data::number(line, "loss");
  e.learning_rate = data::number(line, "learning_rate");
  e.seconds = data::number(line, "seconds");
  if (line.contains("memory_mib")) e.memory_mib = data::number(line, "memory_mib");
  if (line.contains("monitored")) e.monitored = scores_from_json(line["monitored"]);
  return e;
}

}  // namespace

std::vector<Epoch> read_history(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) throw Error(path.string() + ": cannot be read; is this a run directory?");
  std::vector<Epoch> epochs;
  for (std::string text; std::getline(in, text);) {
    const std::string where = path.string() + ":" + std::to_string(epochs.size() + 1);
    try {
      epochs.push_back(from_json(data::parse_json(text, where), int(epochs.size()) + 1));
    } catch (const Error& e) {
      throw Error(where + ": not a line of a training history: " + excerpt(e.what(), 250));
    }
  }
  return epochs;
}

History::History(std::filesystem::path path, int epochs) : path_(std::move(path)) {
  std::string text;
  if (epochs > 0) {
    epochs_ = read_history(path_);
    if (int(epochs_.size()) < epochs)
      throw Error(path_.string() + " has " + std::to_string(epochs_.size()) + " epochs, the checkpoint " +
                  std::to_string(epochs) + "; train again with --overwrite");
    epochs_.resize(size_t(epochs));
    for (const Epoch& e : epochs_) text += to_line(e);
  }
  write_text_atomically(path_, text);
}

void History::add(const Epoch& epoch) {
  epochs_.push_back(epoch);
  append_text(path_, to_line(epoch));
}

}  // namespace unetsr::pipeline
