#include "pipeline/prepare/soundings_format.hpp"

#include <string>
#include <vector>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "pipeline/console/toml_file.hpp"

namespace unetsr::pipeline {
namespace {

class Format {
 public:
  explicit Format(const std::filesystem::path& path) : path_(path), toml_(path) {}

  std::string wanted(const std::string& key) {
    std::string value = optional(key);
    if (value.empty()) refuse(key, "is missing: it names what a format of soundings has to have");
    return value;
  }

  std::string optional(const std::string& key) {
    std::string value;
    toml_.read(key, value);
    return value;
  }

  data::SifQuantity quantity() {
    data::SifQuantity q;
    toml_.read("kind", q.kind);
    toml_.read("wavelength", q.wavelength);
    if (q.wavelength < 640 || q.wavelength > 850) refuse("wavelength", "640 to 850 nm are possible");
    return q;
  }

  std::vector<double> numbers(const std::string& key) {
    std::vector<std::string> texts;
    std::vector<double> values;
    toml_.read(key, texts);
    for (const std::string& text : texts) values.push_back(number(key, text));
    return values;
  }

  std::vector<data::CodeScreen> screens() {
    std::vector<std::string> texts;
    std::vector<data::CodeScreen> all;
    toml_.read("screens", texts);
    for (const std::string& text : texts) all.push_back(screen(text));
    return all;
  }

  void finish() const { toml_.refuse_other_keys(); }

 private:
  [[noreturn]] void refuse(const std::string& key, const std::string& what) const {
    throw UsageError(path_.string() + ": " + key + " " + what);
  }

  double number(const std::string& key, const std::string& text) const {
    const auto value = data::constant_of(text);
    if (!value) refuse(key, "has '" + excerpt(text) + "', which is no number");
    return *value;
  }

  data::CodeScreen screen(const std::string& text) const {
    const size_t equal = text.find('=');
    if (equal == std::string::npos || equal == 0)
      refuse("screens", "has '" + excerpt(text) + "'; write VARIABLE=0,1 or VARIABLE=80:100");
    data::CodeScreen screen{text.substr(0, equal)};
    const std::string rest = text.substr(equal + 1);
    if (const size_t colon = rest.find(':'); colon != std::string::npos) {
      screen.least = number("screens", rest.substr(0, colon)), screen.most = number("screens", rest.substr(colon + 1));
      return screen;
    }
    size_t from = 0;
    for (size_t comma = 0; comma != std::string::npos; from = comma + 1) {
      comma = rest.find(',', from);
      screen.values.push_back(number("screens", rest.substr(from, comma == std::string::npos ? comma : comma - from)));
    }
    return screen;
  }

  std::filesystem::path path_;
  TomlFile toml_;
};

}  // namespace

data::SoundingLayout read_soundings_format(const std::filesystem::path& path) {
  Format format(path);
  data::SoundingLayout layout;
  layout.product = format.wanted("product");
  layout.sif = {{format.quantity(), format.wanted("sif"), format.wanted("error"), ""}};
  layout.latitude = format.wanted("latitude"), layout.longitude = format.wanted("longitude");
  layout.latitudes = format.wanted("latitude_corners"), layout.longitudes = format.wanted("longitude_corners");
  layout.time = format.wanted("time");
  layout.sza = format.wanted("sun_zenith_angle"), layout.vza = format.wanted("viewing_zenith_angle");
  layout.cloud = format.wanted("cloud_fraction");
  layout.orbit = format.optional("orbit"), layout.pixel = format.optional("pixel");
  layout.time_units = format.optional("time_units"), layout.sif_units = format.optional("sif_units");
  layout.missing = format.numbers("missing"), layout.screens = format.screens();
  format.finish();
  return layout;
}

}  // namespace unetsr::pipeline
