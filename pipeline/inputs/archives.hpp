#pragma once
#include <cereal/types/array.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>

#include "data/dataset/sounding_columns.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/granule_reader.hpp"
#include "data/formats/oco_lite_reader.hpp"
#include "data/formats/sounding_reader.hpp"

// What readers return, as processes pass it to each other (pipeline/processes/packed.hpp).
namespace unetsr::data {

template <class Archive>
void serialize(Archive& archive, Soundings& s) {
  const auto column = [&](const char*, auto& values) { archive(values); };
  visit_columns(s, column);
  visit_optional_columns(s, column);
  archive(s.rejected);
}

template <class Archive>
void serialize(Archive& archive, SoundingContents& c) {
  archive(c.product, c.sif.kind, c.sif.wavelength, c.sif.fit_window);
}

template <class Archive>
void serialize(Archive& archive, OcoFootprints& o) {
  archive(o.footprints, o.daily_sif, o.daily_factor, o.sif_757, o.sif_771, o.sigma_757, o.sigma_771);
  archive(o.quality, o.cloud, o.mode, o.igbp, o.orbit, o.sensor, o.version);
}

template <class Archive>
void serialize(Archive& archive, Grid& g) {
  archive(g.rows, g.columns, g.x_origin, g.x_step, g.y_origin, g.y_step, g.crs);
}

template <class Archive>
void serialize(Archive& archive, GranuleContents& c) {
  archive(c.grid, c.missing);
}

template <class Archive>
void serialize(Archive& archive, GranuleBand& b) {
  archive(b.layer, b.units, b.long_name, b.values);
}

template <class Archive>
void serialize(Archive& archive, Granule& g) {
  archive(g.grid, g.bands, g.land_pixels, g.screened_pixels, g.estimated_pixels, g.impossible);
}

template <class Archive>
void serialize(Archive& archive, Layer& l) {
  archive(l.name, l.units, l.long_name, l.values);
}

template <class Archive>
void serialize(Archive& archive, AuxiliaryLayer& l) {
  archive(l.layer, l.lines);
}

template <class Archive>
void serialize(Archive& archive, Raster& r) {
  archive(r.grid, r.values);
}

}  // namespace unetsr::data
