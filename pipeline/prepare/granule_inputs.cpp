#include "pipeline/prepare/granule_inputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "data/dataset/readable_file.hpp"
#include "data/formats/flex_l2_reader.hpp"
#include "data/formats/granule_name.hpp"
#include "kernels/error.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/prepare/sounding_files.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

bool is_netcdf(const fs::path& file) {
  return file.extension() == ".nc" || file.extension() == ".nc4";
}

// Granules of HDF4 are named when they are opened; *.h5 may be anything.
bool is_granule(const fs::path& file) {
  return file.extension() == ".hdf" || (file.extension() == ".h5" && data::is_granule_name(file));
}

// A file of a FLEX product that is not the one with its spectra, which stands for all.
bool belongs_to_flex_spectra(const fs::path& file) {
  return data::is_flex_folder(fs::absolute(file).parent_path()) && !isolated::is_flex_l2(file);
}

[[noreturn]] void refuse(const fs::path& file) {
  const std::string product = data::viirs_product(file);
  if (!product.empty())
    throw UsageError(file.string() + ": is a VIIRS granule of " + product +
                     ", which is not read; the indices of VNP13A2, VJ113A2 and VJ213A2 are");
  throw UsageError(file.string() +
                   ": neither soundings (*.nc) nor an index granule (MOD13A2 *.hdf, VJ113A2.AYYYYDDD.*.h5)");
}

bool by_a_link(const fs::path& file) {
  std::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  return failed || real != fs::absolute(file).lexically_normal();
}

// A file is one by its place on the disk, whatever links and ways lead to it. Of its names that stays which is no link,
// or the first.
void keep_each_once(std::vector<fs::path>& files, const Output& output) {
  std::map<std::pair<dev_t, ino_t>, std::vector<size_t>> names;
  for (size_t i = 0; i < files.size(); ++i) {
    struct stat info = {};
    if (stat(files[i].c_str(), &info) == 0) names[{info.st_dev, info.st_ino}].push_back(i);
  }
  std::vector<uint8_t> twice(files.size(), 0);
  std::vector<std::string> notes;
  for (const auto& [place, own] : names) {
    if (own.size() < 2) continue;
    const auto real = std::find_if(own.begin(), own.end(), [&](size_t i) { return !by_a_link(files[i]); });
    const size_t stays = real == own.end() ? own[0] : *real;
    for (const size_t i : own) {
      if (i == stays) continue;
      twice[i] = 1;
      notes.push_back(files[i] == files[stays]
                          ? files[i].string() + " is given twice: it is read once"
                          : files[i].string() + " is omitted: it is " + files[stays].string() + " under another name");
    }
  }
  print_omitted(notes, output);
  size_t next = 0;
  std::erase_if(files, [&](const fs::path&) { return twice[next++]; });
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

// The files of a folder and of those below it, but for hidden ones and folders that are links.
std::vector<fs::path> files_below(const fs::path& folder) {
  std::error_code failed;
  std::vector<fs::path> paths;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code unknown;
    if (is_hidden(entry->path()))
      entry.disable_recursion_pending();
    else if (!entry->is_directory(unknown))
      paths.push_back(entry->path());
  }
  if (failed) throw Error(folder.string() + ": cannot be listed: " + failed.message());
  return paths;
}

// What a folder gave: how many files of each kind, and how many of them from folders below.
struct Found {
  size_t soundings = 0, indices = 0;
  std::set<fs::path> folders_below;

  std::string in_words(const fs::path& folder) const {
    std::string text =
        fmt::format("{}: {} files of soundings (*.nc), {} granules (*.hdf, *.h5)", folder.string(), soundings, indices);
    constexpr size_t most = 3;
    if (folders_below.empty()) return text;
    text += fmt::format(", in {} sub-folders too: ", folders_below.size());
    size_t named = 0;
    for (const fs::path& below : folders_below) {
      if (named == most) return text + ", ...";
      text += (named++ ? ", " : "") + fs::relative(below, folder).string();
    }
    return text;
  }
};

[[noreturn]] void refuse_without(const std::string& what, const std::vector<fs::path>& given) {
  std::string folders;
  for (const fs::path& path : given) {
    std::error_code unknown;
    if (fs::is_directory(path, unknown)) folders += (folders.empty() ? "" : ", ") + path.string();
  }
  throw UsageError(what + (folders.empty() ? "" : "; searched with all sub-folders: " + folders));
}

}  // namespace

GranuleInputs granule_inputs(const std::vector<fs::path>& given, bool adding, const Output& output) {
  GranuleInputs inputs;
  fs::path viirs;
  const auto take = [&](const fs::path& file, bool asked) {
    if (is_netcdf(file) && !belongs_to_flex_spectra(file))
      inputs.soundings.push_back(file);
    else if (is_netcdf(file))
      return;
    else if (is_granule(file))
      inputs.indices.push_back(file);
    else if (asked)
      refuse(file);
    else if (!data::viirs_product(file).empty())
      viirs = file;
  };
  for (const fs::path& path : given) {
    std::error_code unknown;
    if (!fs::is_directory(path, unknown)) {
      data::require_readable(path);
      take(path, true);
      continue;
    }
    Found found;
    for (const fs::path& file : files_below(path)) {
      take(file, false);
      found.soundings += is_netcdf(file), found.indices += is_granule(file);
      if ((is_netcdf(file) || is_granule(file)) && !fs::equivalent(file.parent_path(), path, unknown))
        found.folders_below.insert(file.parent_path());
    }
    output.line(found.in_words(path));
  }
  if (inputs.indices.empty() && !viirs.empty()) refuse(viirs);
  if (adding && inputs.indices.empty() && inputs.soundings.empty())
    refuse_without("no index granules (*.hdf, *.h5) and no soundings (*.nc) among the inputs", given);
  if (!adding && inputs.indices.empty())
    refuse_without("no index granules (*.hdf, *.h5) among the inputs: they make the windows", given);
  if (!adding && inputs.soundings.empty()) refuse_without("no soundings (*.nc) among the inputs", given);
  for (auto* files : {&inputs.soundings, &inputs.indices}) {
    std::sort(files->begin(), files->end());
    keep_each_once(*files, output);
  }
  inputs.soundings = choose_sounding_files(inputs.soundings, output);
  return inputs;
}

}  // namespace unetsr::pipeline
