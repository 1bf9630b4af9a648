#include "pipeline/train/known_features.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/scales.hpp"
#include "data/features/denoising.hpp"
#include "data/features/features.hpp"
#include "data/features/neighbour_windows.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/suggestion.hpp"

namespace unetsr::pipeline {
namespace {

const std::string mean_suffix = "_mean";

// The names are those of any cell.
std::vector<std::string> features_of(const std::filesystem::path& path) {
  const data::DatasetFile file(path);
  const data::Grid& grid = file.description().grid;
  const int side = std::max(1, file.description().coarse_factor);
  const data::Dataset corner = file.read_block({0, 1}, {0, 0, std::min(side, grid.rows), std::min(side, grid.columns)});
  return data::feature_names(corner.coarse_factor > 0 ? data::fine_scale(corner) : corner);
}

std::string in_groups(const std::vector<std::string>& names) {
  std::vector<std::string> of_sif, denoised, coarse, computed, bands;
  for (const std::string& name : names) {
    const bool is_computed = data::is_computed(name);
    (data::holds_coarse_sif(name)            ? of_sif
     : name.ends_with(data::denoised_suffix) ? denoised
     : name.ends_with("_coarse")             ? coarse
     : is_computed                           ? computed
                                             : bands)
        .push_back(name);
  }
  std::string text;
  const auto add = [&](const char* group, const std::vector<std::string>& members) {
    if (!members.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", group, fmt::join(members, ", "));
  };
  add("bands", bands);
  add("denoised", denoised);
  add("means over coarse cells", coarse);
  add("of the coarse SIF", of_sif);
  add("computed", computed);
  return text;
}

}  // namespace

void require_known_features(const std::vector<std::string>& features, const std::filesystem::path& dataset,
                            Protocol protocol) {
  std::vector<std::string> known = features_of(dataset);
  const auto is_known = [&](const std::string& asked) {
    std::string name = data::neighbour_channel(asked).channel;
    while (name.ends_with(mean_suffix) && std::find(known.begin(), known.end(), name) == known.end())
      name.resize(name.size() - mean_suffix.size());
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  const auto unknown = std::find_if_not(features.begin(), features.end(), is_known);
  if (unknown == features.end()) return;
  if (protocol == Protocol::honest)
    std::erase_if(known, [](const std::string& name) {
      return data::leaks_target(name) || data::needs_whole_window(name) || name.starts_with(data::target_layer);
    });
  throw UsageError(
      fmt::format("--features {}: {} has no such feature; {}; each also with _mean behind it: its mean over "
                  "all windows; or with @-1, @+1, ...: one window earlier, later{}",
                  excerpt(*unknown), dataset.string(), in_groups(known), did_you_mean(*unknown, known)));
}

}  // namespace unetsr::pipeline
