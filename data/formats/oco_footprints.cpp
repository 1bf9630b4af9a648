#include "data/formats/oco_footprints.hpp"

#include "data/dataset/sounding_columns.hpp"

namespace unetsr::data {

void append(const OcoFootprints& part, OcoFootprints& all) {
  const auto add = [](const auto& from, auto& to) { to.insert(to.end(), from.begin(), from.end()); };
  const auto member = [&](const char*, auto column) { add(part.footprints.*column, all.footprints.*column); };
  visit_column_members(member);
  visit_optional_members(member);
  for (const auto column : {&OcoFootprints::daily_sif, &OcoFootprints::daily_factor, &OcoFootprints::sif_757,
                            &OcoFootprints::sif_771, &OcoFootprints::sigma_757, &OcoFootprints::sigma_771})
    add(part.*column, all.*column);
  for (const auto column : {&OcoFootprints::quality, &OcoFootprints::cloud, &OcoFootprints::mode, &OcoFootprints::igbp})
    add(part.*column, all.*column);
  add(part.orbit, all.orbit);
}

const char* oco_mode_name(int8_t mode) {
  constexpr const char* names[] = {"nadir", "glint", "target", "area map", "transition"};
  return mode >= 0 && mode < 5 ? names[mode] : "unknown";
}

}  // namespace unetsr::data
