#pragma once
#include <string>
#include <vector>

// What a simulated world contains beside what all share: land, noise, clouds, orbits. The values here plant nothing.
namespace unetsr::data {

enum class Land { minnesota, savanna };

// What the yield of SIF follows beside the cover and a wide field of drought.
enum class StressKind {
  smooth,   // a field of 8 km of its own
  texture,  // the land's texture and edges, as its bands show them
  fields    // each field its own, independent of all else
};

// Of footprints as delivered from where was measured: one vector an orbit, its length uniform between these, km.
struct Displacement {
  double least = 0, most = 0;
};

// How a footprint weighs its places: exp(-ln 2 |x / h|^k) on each of its two axes, h half of `width` times the side
// between its corners. An exponent k of 0: the box between the corners.
struct FootprintResponse {
  double width = 1;
  double across = 0, along = 0;  // k
};

// Of a MODIS pixel at nadir, in pixels: a triangle along the scan (full width at half of its height) times a rectangle
// along the track; both grow with the view angle. 0: the cell alone. The shift of its grid is one vector a window, each
// component uniform up to `shift`.
struct PixelResponse {
  double scan = 0, track = 0, shift = 0;
};

// Added to SIF, mW m-2 sr-1 nm-1.
struct Biases {
  double west = 0, east = 0;  // at a view zenith angle of 60 degrees, on either side of nadir; with its square
  double cloud = 0;           // at a cloud fraction of 1, in proportion to it
  double orbit = 0;           // 1 sigma of an offset of each orbit
};

struct World {
  std::string name, text;  // text: what it contains, one line
  Land land = Land::minnesota;
  StressKind stress = StressKind::smooth;
  Displacement displacement = {};
  FootprintResponse response = {};
  PixelResponse pixels = {};
  Biases biases = {};
};

inline constexpr const char* ideal_world = "ideal";

const std::vector<World>& worlds();
// Throws UsageError that lists the names.
const World& world_named(const std::string& name);

}  // namespace unetsr::data
