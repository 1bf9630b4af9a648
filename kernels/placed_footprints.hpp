#pragma once
#include "kernels/footprint_mean.hpp"
#include "kernels/memory.hpp"

namespace unetsr::kernels {

// Footprints where the kernels of a queue read them: on the GPU a copy, elsewhere the host's own. Its memory grows and
// is used again.
class PlacedFootprints {
 public:
  // The host's must stay as they are until synchronise(); the result is good until the next call.
  Footprints place(Queue&, const Footprints&);

 private:
  Memory memory_;
};

}  // namespace unetsr::kernels
