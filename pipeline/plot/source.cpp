#include <filesystem>

#include "data/formats/raster_source.hpp"
#include "kernels/error.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/plot/layers.hpp"

namespace unetsr::pipeline::picture {

namespace fs = std::filesystem;

std::string Source::title() const {
  const fs::path whole = path.filename().empty() ? path.parent_path() : path;  // of a folder with a slash behind
  return whole.stem().string() + (selection.empty() ? "" : " " + selection);
}

Source source_of(const std::string& text) {
  if (data::names_data_set(text)) return {text, "", text};
  if (fs::exists(text)) return {text, "", text};
  for (size_t colon = text.rfind(':'); colon != std::string::npos && colon > 0; colon = text.rfind(':', colon - 1))
    if (fs::exists(text.substr(0, colon))) return {text, text.substr(colon + 1), text.substr(0, colon)};
  throw Error(text + ": no such file or directory");
}

bool is_dataset(const Source& source) {
  return isolated::software_of_file(source.path).starts_with("unetsr dataset");
}

}  // namespace unetsr::pipeline::picture
