#pragma once
#include <cstdint>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/scene/landscape.hpp"
#include "data/scene/spectra.hpp"

// The truth of one window on a simulated landscape.
namespace unetsr::data {

struct Vegetation {
  // Mean SIF at 740 nm of the window's clear overpasses, mW m-2 sr-1 nm-1: NIRv of the leaves x light x yield. The
  // yield follows the cover and the stress, on which the reflectances do not depend.
  std::vector<float> sif;
  std::vector<Reflectance> reflectance;  // noise-free, nadir
};

Vegetation vegetation_on(const Landscape&, const Window&, uint64_t seed, StressKind);

}  // namespace unetsr::data
