#pragma once
#include "data/dataset/dataset.hpp"

namespace unetsr::data {

// The same grids, windows and SIF, without layers, region, soundings and provenance.
Dataset header_of(const Dataset&);
// The same of one window.
Dataset header_of(const Dataset&, int window);

}  // namespace unetsr::data
