#include "pipeline/info/info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "data/dataset/dataset_file.hpp"
#include "data/formats/raster_source.hpp"
#include "kernels/error.hpp"
#include "nn/summary.hpp"
#include "pipeline/console/child_process.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/info/describe.hpp"
#include "pipeline/models/shipped_models.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

// The reason without the file's name.
std::string reason(const fs::path& file, const Error& e) {
  const std::string text = e.what(), prefix = file.string() + ": ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

bool is_hdf_eos(const fs::path& file) {
  try {
    const std::vector<std::string> sets = data::data_sets_of(file.string());
    return std::any_of(sets.begin(), sets.end(), [](const std::string& set) { return set.starts_with("HDFEOS/"); });
  } catch (const Error&) {
    return false;
  }
}

Description describe_file(const fs::path& file, bool verbose) {
  std::string no_dataset;
  try {
    return describe_dataset(read_dataset(file, 1), verbose);
  } catch (const Error& e) {
    no_dataset = reason(file, e);
  }
  try {
    return describe_checkpoint(nn::Checkpoint::load(file), file);
  } catch (const Error& e) {
    const std::string no_checkpoint = reason(file, e);
    // What the program writes itself ends in .h5; granules of VIIRS do too.
    if (file.extension() != ".h5" || is_hdf_eos(file)) try {
        return describe_raster(file.string());
      } catch (const Error& no_raster) {
        throw Error(fmt::format("{}: no whole dataset ({}), no whole checkpoint ({}) and no raster ({})", file.string(),
                                no_dataset, no_checkpoint, reason(file, no_raster)));
      }
    throw Error(fmt::format("{}: no whole dataset ({}) and no whole checkpoint ({})", file.string(), no_dataset,
                            no_checkpoint));
  }
}

// In a process of its own, as isolated_readers.hpp has them.
Description isolated(const std::string& file, const std::function<Description()>& describe) {
  std::vector<std::string> parts;
  run_in_child(
      file,
      [&](const Send& send) {
        const Description d = describe();
        send(d.text);
        send(d.json.dump());
      },
      [&](std::string part) { parts.push_back(std::move(part)); });
  return {nlohmann::ordered_json::parse(parts.at(1)), parts.at(0)};
}

bool looks_like_a_path(const std::string& text) {
  return text.find('/') != std::string::npos || text.ends_with(".h5");
}

}  // namespace

std::string info(const InfoOptions& options) {
  const fs::path path = options.subject;
  const size_t colon = options.subject.rfind(':');
  if (data::names_data_set(options.subject) ||
      (!fs::exists(path) && colon != std::string::npos && fs::exists(options.subject.substr(0, colon)))) {
    const Description d = isolated(options.subject, [&] { return describe_raster(options.subject); });
    return options.json ? d.json.dump(2) + "\n" : d.text;
  }
  if (!fs::exists(path) && looks_like_a_path(options.subject))
    throw Error(options.subject + ": no such file or directory");
  const Description d =
      fs::is_directory(path)         ? describe_run(path)
      : fs::exists(path)             ? isolated(path.string(), [&] { return describe_file(path, options.verbose); })
      : options.subject == "devices" ? describe_devices()
      : options.subject == "models"  ? describe_models()
      : options.subject == "formats" ? describe_formats()
      : find_shipped_model(options.subject) ? describe_model(shipped_model(options.subject))
                                            : describe_network(options.subject, options.channels, options.size);
  return options.json ? d.json.dump(2) + "\n" : d.text;
}

}  // namespace unetsr::pipeline
