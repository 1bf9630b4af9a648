#include "data/formats/auxiliary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "data/dataset/calendar.hpp"
#include "data/formats/window_bands.hpp"
#include "data/formats/window_pattern.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

// The bands for a window; `one_for_all` becomes false where they are chosen by their times.
std::vector<int> bands_for(const AuxiliaryBand& aux, const RasterSource& source, const Dataset& dataset,
                           const std::string& window, bool classes, bool& one_for_all) {
  one_for_all = true;
  if (aux.band > 0) return {aux.band};
  const std::vector<int> candidates = bands_of_values(source);
  const bool times = source.bands[size_t(candidates[0] - 1)].time.has_value();
  // Of classes, a map of one year stands for others too.
  if (candidates.size() == 1 && (!times || classes)) return candidates;
  if (!times)
    throw Error(fmt::format("{}: has {} bands; name one, as in FILE:2 ({}){}", source.name, candidates.size(),
                            list_of_bands(source), source.time_problem.empty() ? "" : "; " + source.time_problem));
  one_for_all = false;
  const auto first = parse_date(window);
  if (!first)
    throw Error(source.name + ": has time steps, but the window '" + excerpt(window) + "' is no date; name one band");
  const Window period{*first, dataset.window_days};
  const std::vector<int> chosen = bands_in_window(source, candidates, period);
  if (chosen.empty())
    throw Error(
        fmt::format("{}: none of its time steps lies in the {} days from {}; name one for all windows, as in "
                    "FILE:1 ({})",
                    source.name, period.days, excerpt(window), list_of_bands(source)));
  if (classes && chosen.size() > 1)
    throw Error(
        fmt::format("{}: {} time steps of classes lie in the window {}: they have no mean; name one, as in "
                    "FILE:1 ({})",
                    source.name, chosen.size(), excerpt(window), list_of_bands(source)));
  return chosen;
}

std::string missing_text(const std::vector<float>& values, const std::vector<Absence>& absent) {
  std::array<int64_t, absences> counts = {};
  int64_t missing = 0;
  float least = 0, greatest = 0;
  bool any = false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      ++missing, ++counts[size_t(absent[i])];
      continue;
    }
    least = any ? std::min(least, values[i]) : values[i], greatest = any ? std::max(greatest, values[i]) : values[i];
    any = true;
  }
  const auto share = [&](int64_t n) { return 100 * double(n) / double(values.size()); };
  std::string causes;
  for (size_t c = 1; c < absences; ++c)
    if (counts[c])
      causes += fmt::format("{}{:.1f} % {}", causes.empty() ? "" : ", ", share(counts[c]), absence_names[c]);
  std::string text = any ? fmt::format("{:.6g} to {:.6g}", least, greatest) : "no values";
  if (missing == 0) return text + ", none missing";
  return text + fmt::format(", {:.1f} % missing{}", share(missing), causes.empty() ? "" : " (" + causes + ")");
}

// A name may be a column, a key and a part of other features' names.
void require_band_name(const std::string& name) {
  constexpr size_t longest = 64;
  const auto allowed = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  if (name.size() > longest || !std::all_of(name.begin(), name.end(), allowed))
    throw UsageError("--aux " + excerpt(name) +
                     ": a band's name has letters of a to z, digits and underscores, 64 at most");
}

// Where "?KEY=VALUE" begins; npos: nowhere.
size_t start_of_rules(const std::string& text) {
  const size_t mark = text.rfind('?');
  return mark != std::string::npos && text.find('/', mark) == std::string::npos ? mark : std::string::npos;
}

}  // namespace

std::string to_string(const ValueRules& rules, const RasterSource::Band& band) {
  std::string text = band.type;
  const auto number = [&](double v) {
    return band.type == "float32" ? fmt::format("{:.7g}", v) : fmt::format("{:.10g}", v);
  };
  if (rules.classes) text += " classes";
  if (rules.scale != 1 || rules.offset != 0) text += fmt::format(" x {:.7g}", rules.scale);
  if (rules.offset != 0) text += fmt::format(" {} {:.7g}", rules.offset < 0 ? "-" : "+", std::abs(rules.offset));
  if (rules.low || rules.high)
    text += fmt::format(", valid {}..{}", rules.low ? number(*rules.low) : "", rules.high ? number(*rules.high) : "");
  for (size_t i = 0; i < rules.fills.size(); ++i) text += (i ? " " : ", fill ") + number(rules.fills[i]);
  if (!band.mask.empty()) text += ", " + band.mask;
  if (!rules.product.empty()) text += ", known as " + excerpt(rules.product);
  return text;
}

bool has_file_of_each_window(const AuxiliaryBand& band) {
  return !placeholders_in(band.file).empty();
}

std::string file_of(const AuxiliaryBand& band, const std::string& window) {
  return file_of_window(band.file, window);
}

AuxiliaryBand parse_auxiliary(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string option = "--aux " + text;
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw UsageError(option + ": " + auxiliary_syntax + " is wanted");
  require_band_name(text.substr(0, equals));
  std::string file = text.substr(equals + 1), rules;
  if (const size_t mark = start_of_rules(file); mark != std::string::npos) rules = file.substr(mark), file.resize(mark);
  Resampling resampling = AuxiliaryBand().resampling;
  if (const size_t at = file.rfind('@'); at != std::string::npos && file.find('/', at) == std::string::npos) {
    resampling = parse<Resampling>(file.substr(at + 1));
    file.resize(at);
  }
  AuxiliaryBand band = parse_raster_band(file + rules, option);
  if (band.file.empty()) throw UsageError(option + ": " + auxiliary_syntax + " is wanted");
  band.name = text.substr(0, equals), band.resampling = resampling;
  return band;
}

AuxiliaryBand parse_raster_band(const std::string& text, const std::string& option) {
  AuxiliaryBand band;
  std::string rest = text;
  if (const size_t mark = start_of_rules(rest); mark != std::string::npos) {
    band.stated = parse_stated_rules(rest.substr(mark + 1), option);
    rest.resize(mark);
  }
  if (const size_t colon = rest.rfind(':'); colon != std::string::npos && !ends_with_data_set(rest)) {
    const std::string number = rest.substr(colon + 1);
    int value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc() && end == number.data() + number.size()) {
      if (value < 1) throw UsageError(option + ": bands are numbered from 1, not " + number);
      band.band = value, rest.resize(colon);
    }
  }
  band.file = rest;
  return band;
}

AuxiliaryLayer auxiliary_layer(const AuxiliaryBand& aux, const Dataset& dataset) {
  AuxiliaryLayer result;
  result.layer = {aux.name, "", "auxiliary band of " + std::filesystem::path(aux.file).filename().string(), {}};
  const bool each_window = has_file_of_each_window(aux);
  std::unique_ptr<RasterSource> source;
  std::vector<float> values;
  bool one_for_all = false;
  for (const std::string& window : dataset.windows) {
    if (!source || each_window) source = open_raster(file_of(aux, window), aux.vrt_sources);
    if (values.empty() || each_window || !one_for_all) {
      const size_t any = size_t(std::clamp(aux.band, 1, int(source->bands.size())) - 1);
      const std::vector<int> bands = bands_for(
          aux, *source, dataset, window, value_rules(source->bands[any].attributes, aux.stated).classes, one_for_all);
      const RasterSource::Band& band = source->bands[std::min(size_t(bands[0]) - 1, source->bands.size() - 1)];
      const ValueRules rules = value_rules(band.attributes, aux.stated);
      if (rules.classes && aux.resampling != Resampling::nearest && aux.resampling != Resampling::mode &&
          !(source->unplaced.empty() && offset_of(dataset.grid, source->grid)))
        throw UsageError(
            fmt::format("--aux {}: {} holds classes{}: @mode or @nearest, not @{} (?classes=no where they "
                        "are none)",
                        aux.name, source->name, rules.product.empty() ? "" : " (" + excerpt(rules.product) + ")",
                        unetsr::to_string(aux.resampling)));
      const Raster raster = read_bands(*source, bands, rules);
      std::vector<Absence> absent;
      values = on_grid(raster, dataset.grid, aux.resampling, &absent);
      const std::string found = missing_text(values, absent);
      if (std::all_of(values.begin(), values.end(), [](float v) { return std::isnan(v); }))
        throw Error(source->name + ": has no values in the region: " + found.substr(found.find(", ") + 2));
      std::string chosen;
      if (!one_for_all) {
        for (const int b : bands) chosen += (chosen.empty() ? "" : ", ") + excerpt(source->bands[size_t(b - 1)].label);
        chosen = bands.size() == 1 ? ", " + chosen : ", mean of " + chosen;
      } else if (source->bands.size() > 1) {
        chosen = fmt::format(", band {}{}", bands[0], band.label.empty() ? "" : " " + excerpt(band.label));
      }
      const bool by_window = each_window || !one_for_all;
      result.lines.push_back(fmt::format("{}{}: {}{}, {}{}, @{}: {}", aux.name, by_window ? " " + excerpt(window) : "",
                                         source->name, chosen, to_string(rules, band),
                                         source->note.empty() ? "" : ", " + source->note,
                                         unetsr::to_string(aux.resampling), found));
    }
    result.layer.values.insert(result.layer.values.end(), values.begin(), values.end());
  }
  return result;
}

}  // namespace unetsr::data
