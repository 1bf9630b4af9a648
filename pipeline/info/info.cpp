#include "pipeline/info/info.hpp"

#include <fmt/format.h>

#include "data/dataset/dataset_file.hpp"
#include "kernels/error.hpp"
#include "nn/summary.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

// The reason without the file's name.
std::string reason(const fs::path& file, const Error& e) {
  const std::string text = e.what(), prefix = file.string() + ": ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

Description describe_file(const fs::path& file) {
  std::string no_dataset;
  try {
    return describe_dataset(data::read_dataset(file));
  } catch (const Error& e) {
    no_dataset = reason(file, e);
  }
  try {
    return describe_checkpoint(nn::Checkpoint::load(file), file);
  } catch (const Error& e) {
    throw Error(fmt::format("{}: no whole dataset ({}) and no whole checkpoint ({})", file.string(), no_dataset,
                            reason(file, e)));
  }
}

bool looks_like_a_path(const std::string& text) {
  return text.find('/') != std::string::npos || text.ends_with(".h5");
}

}  // namespace

std::string info(const InfoOptions& options) {
  const fs::path path = options.subject;
  if (!fs::exists(path) && looks_like_a_path(options.subject))
    throw Error(options.subject + ": no such file or directory");
  const Description d = fs::is_directory(path) ? describe_run(path)
                        : fs::exists(path)     ? describe_file(path)
                        : options.subject == "devices"
                            ? describe_devices()
                            : describe_network(options.subject, options.channels, options.size);
  return options.json ? d.json.dump(2) + "\n" : d.text;
}

}  // namespace unetsr::pipeline
