#include "pipeline/prepare/merged_provenance.hpp"

#include <algorithm>
#include <filesystem>

#include "data/formats/granule_name.hpp"
#include "kernels/error.hpp"

namespace unetsr::pipeline {
namespace {

using Input = data::Provenance::InputFile;

int kind_of(const Input& input) {
  const std::string extension = std::filesystem::path(input.path).extension().string();
  return extension == ".hdf" || data::is_granule_name(input.path) ? 0
         : extension == ".nc" || extension == ".nc4"              ? 1
                                                                  : 2;
}

bool before(const Input& a, const Input& b) {
  return std::pair(kind_of(a), a.path) < std::pair(kind_of(b), b.path);
}

bool same(const Input& a, const Input& b) {
  return a.path == b.path && a.sha256 == b.sha256;
}

std::vector<int32_t> numbers_in(const std::vector<Input>& all, const std::vector<Input>& own) {
  std::vector<int32_t> numbers;
  for (const Input& input : own)
    numbers.push_back(int32_t(
        std::find_if(all.begin(), all.end(), [&](const Input& other) { return same(input, other); }) - all.begin()));
  return numbers;
}

}  // namespace

MergedProvenance::MergedProvenance(const data::Provenance& stored, const std::string& name,
                                   const data::Provenance& added, bool both)
    : merged_(added) {
  if (!both) {
    added_ = numbers_in(merged_.inputs, added.inputs);
    return;
  }
  if (stored.simulated != added.simulated || stored.world != added.world) {
    const auto scene = [](const data::Provenance& p) {
      return p.simulated ? data::simulated_scene(p.world) : std::string("measurements");
    };
    throw UsageError(name + " is of " + scene(stored) + ", the files that are added of " + scene(added));
  }
  if (added.soundings.empty()) merged_.soundings = stored.soundings;
  for (const Input& input : added.inputs)
    if (kind_of(input) < 2 && std::any_of(stored.inputs.begin(), stored.inputs.end(),
                                          [&](const Input& other) { return other.sha256 == input.sha256; }))
      throw UsageError(name + " has the contents of " + input.path + " already; give new files alone");
  merged_.inputs.insert(merged_.inputs.begin(), stored.inputs.begin(), stored.inputs.end());
  std::stable_sort(merged_.inputs.begin(), merged_.inputs.end(), before);
  merged_.inputs.erase(std::unique(merged_.inputs.begin(), merged_.inputs.end(), same), merged_.inputs.end());
  stored_ = numbers_in(merged_.inputs, stored.inputs), added_ = numbers_in(merged_.inputs, added.inputs);
}

void MergedProvenance::renumber(data::Soundings& soundings) const {
  for (int32_t& file : soundings.file) file = of_stored(file);
}

}  // namespace unetsr::pipeline
