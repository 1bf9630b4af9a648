#pragma once
#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/vnp13a2_writer.hpp"
#include "data/scene/vegetation.hpp"

namespace unetsr::data {

// A window as MOD13A2 stores it: the truth with measurement noise, with cloud and haze that stayed in the composite
// (marked in reliability and VI Quality, and some not), and with pixels that were never observed (fill). The grid lies
// on the landscape's cells; cells beyond the landscape are fill. With a response of the pixels their neighbours mix in.
Mod13a2Pixels composite(const Landscape&, const Vegetation&, const Window&, const Grid&, uint64_t seed,
                        const PixelResponse&);

// The same for some cells of the scene, the `core`, of which the land holds pixel_reach cells more on each side, up to
// the scene's rim: writes the granule's pixels there.
void add_composite(const Landscape&, const Vegetation&, const Part& core, const Window&, const Grid&, uint64_t seed,
                   const PixelResponse&, Mod13a2Pixels&);

// The same as VJ113A2 stores it, seen by NOAA-20 with weather, views and noise of its own. Two thirds of the pixels
// that were never observed hold an estimate or a long-term average, with the rank of one, the others fill.
void add_composite(const Landscape&, const Vegetation&, const Part& core, const Window&, const Grid&, uint64_t seed,
                   const PixelResponse&, Vnp13a2Pixels&);

}  // namespace unetsr::data
