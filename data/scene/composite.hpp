#pragma once
#include "data/formats/mod13a2_writer.hpp"
#include "data/scene/vegetation.hpp"

namespace unetsr::data {

// What MOD13A2 would hold of a window: the truth with the noise of a measurement, cloud and haze that stayed in the
// composite (marked in reliability and VI Quality, and some not), pixels never seen (fill). The grid lies on the
// landscape's cells; what it has beyond the landscape is fill.
Mod13a2Pixels composite(const Landscape&, const Vegetation&, const Window&, const Grid&, uint64_t seed);

}  // namespace unetsr::data
