#include "pipeline/train/end_mark.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "data/dataset/json_text.hpp"
#include "data/dataset/sha256.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/train/history.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

std::string name_in(const RunFiles& files, const fs::path& file) {
  return file.lexically_relative(files.directory).generic_string();
}

std::string how_far(const RunFiles& files, const ResolvedOptions& o) {
  for (int k = 0; k < o.members; ++k) {
    const RunFiles own = files.of_member(k);
    const size_t epochs = fs::exists(own.history()) ? read_history(own.history()).size() : 0;
    if (int(epochs) < o.epochs || !fs::exists(own.best()))
      return fmt::format("stopped after {} of {} epochs{}", epochs, o.epochs,
                         o.members > 1 ? fmt::format(" of network {} of {}", k + 1, o.members) : "");
  }
  return "stopped after its last epoch, before the error of its maps was estimated";
}

std::string how_to_finish(const RunFiles& files, const ResolvedOptions& o) {
  return fmt::format("unetsr train {} {} --resume", shell_text(o.dataset.string()),
                     shell_text(files.directory.string()));
}

}  // namespace

void write_end_mark(const RunFiles& files, int members, const EndMark& mark) {
  nlohmann::ordered_json json = {{"software", "unetsr " + version()}, {"dataset", mark.dataset}};
  for (const fs::path& file : files.of_run(members)) json["files"][name_in(files, file)] = data::sha256(file);
  write_text_atomically(files.end_mark(), json.dump(1) + "\n");
}

bool has_ended(const RunFiles& files) {
  return fs::exists(files.end_mark());
}

EndMark read_end_mark(const RunFiles& files, const ResolvedOptions& o) {
  if (!has_ended(files))
    throw Error(fmt::format("{}: the training {}; finish it: {}", files.directory.string(), how_far(files, o),
                            how_to_finish(files, o)));
  const std::string anew = "; restore it, or train anew with --overwrite";
  try {
    std::ifstream stream(files.end_mark());
    const nlohmann::json json =
        data::parse_json({std::istreambuf_iterator<char>(stream), {}}, files.end_mark().string());
    for (const auto& [name, hash] : json.at("files").items()) {
      const fs::path file = files.directory / name;
      if (!fs::exists(file)) throw Error(file.string() + " is missing, which belongs to the run" + anew);
      if (data::sha256(file) != hash.get<std::string>())
        throw Error(file.string() + " is not the one of this run, or was changed after the training" + anew);
    }
    for (const fs::path& file : files.of_run(o.members))
      if (!json.at("files").contains(name_in(files, file))) throw Error(file.string() + " is not of this run" + anew);
    return {json.at("dataset")};
  } catch (const nlohmann::json::exception&) {
    throw Error(files.end_mark().string() + ": not the JSON that it should be" + anew);
  }
}

}  // namespace unetsr::pipeline
