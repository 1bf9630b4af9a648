#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "data/dataset/calendar.hpp"
#include "data/formats/troposif_writer.hpp"
#include "data/geography/region.hpp"
#include "data/scene/orbit.hpp"
#include "data/scene/surface_cells.hpp"
#include "data/scene/world.hpp"

// The measurements of TROPOMI over a simulated land.
namespace unetsr::data {

// The mean over a footprint.
struct Surface {
  double sif = 0;  // mW m-2 sr-1 nm-1
  double red = 0, nir = 0;
  uint8_t land_cover = 0;  // IGBP
  double land = 1;         // share that is no water
};
// Nothing where no sounding is delivered: outside the land, or mostly over water.
using SurfaceUnder = std::function<std::optional<Surface>(const Footprint&)>;

// A place that a footprint sees: across and along the track in units of its sides, 0..1 between its corners.
struct SeenPlace {
  double across = 0, along = 0, weight = 1;
};
// Eight places to a side; those that a soft response weighs below 0.02 are omitted.
std::vector<SeenPlace> seen_places(const FootprintResponse&);

// The weighted mean of the 1 km truth over the places. All of them have to lie on the land.
std::optional<Surface> mean_under(const SurfaceCells&, const std::vector<SeenPlace>&, const Footprint&);

// Effective cloud fraction, 0..1; spatially correlated, moving during the day. Of those up to 0.8: 64 % up to 0.2, 16 %
// up to 0.4.
double cloud_fraction(uint64_t seed, double time, GeoPoint);

// Hands over the soundings of a day in parts, in the order of time: those with their centre in the box (all the world
// without one), cloud fraction <= 0.8, sun <= 70 degrees and satellite <= 60 degrees from the zenith. SIF is the
// surface's, dimmed by up to 30 % under cloud, plus the world's biases, plus noise of the sigma that its error column
// states (about 0.45). `under` is asked for the footprint as measured; corners and centre are delivered displaced by
// the world's vector of the orbit. The same at any number of threads; `under` is called by several.
void observe_day(Date, const std::optional<BoundingBox>&, uint64_t seed, const World&, const SurfaceUnder& under,
                 const std::function<void(const TroposifSoundings&)>& take);

}  // namespace unetsr::data
