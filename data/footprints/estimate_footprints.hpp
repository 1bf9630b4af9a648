#pragma once
#include <array>
#include <span>
#include <vector>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/stored_array.hpp"
#include "data/footprints/sounding_cells.hpp"

namespace unetsr::data {

// What the SIF under a clear sky follows from at the fine cells: (windows, rows, columns, count) values, NaN where
// missing.
struct Predictors {
  StoredSpan<const float> values;
  int count = 0;
};

// When each sounding of a dataset was measured and where its corners are, as delivered: columns of Soundings.
struct DeliveredPlaces {
  using Corners = std::array<double, 4>;

  DeliveredPlaces(const Soundings& s) : time(s.time), longitudes(s.longitudes), latitudes(s.latitudes) {}
  DeliveredPlaces(StoredSpan<const double> t, StoredSpan<const Corners> lon, StoredSpan<const Corners> lat)
      : time(t), longitudes(lon), latitudes(lat) {}

  StoredSpan<const double> time;
  StoredSpan<const Corners> longitudes, latitudes;
};

// The same of a file, read some at a time.
class StoredPlaces {
 public:
  StoredPlaces(const DatasetFile&, const ArrayStore&);
  DeliveredPlaces places() const { return {time_, longitudes_, latitudes_}; }

 private:
  StoredArray<double> time_;
  StoredArray<DeliveredPlaces::Corners> longitudes_, latitudes_;
};

// Where and how widely the chosen soundings were measured. Each is modelled as its clear share (SoundingCells) times
// the mean over its response of a linear combination of the predictors, plus noise. Combination, width and
// displacements are found by Gauss-Newton steps with the derivatives of the response (data/footprints/response.hpp).
//
// Displacements of the orbits are normal, with a variance that maximises the likelihood of their least squares
// estimates; an orbit's displacement is its posterior mean. Mean and variance are 0 where they do not differ from 0 by
// three standard errors, the mean also where it is below 0.1 km. The response is the box of the corners unless the
// width is above 0.9, at which a soft response has the variance of the box across the track, by three standard errors,
// and describes the soundings better. Errors of the combination are correlated between soundings: standard errors are
// those of sums over squares of 32 cells. The same at any number of threads.
//
// `delivered`: the cells of the dataset's soundings without an estimate. `chosen`: marks these. About 75 bytes a
// sounding are held; what lies in files is released when it is read.
FootprintEstimate estimate_footprints(const Dataset&, const SoundingCells& delivered,
                                      const std::vector<uint8_t>& chosen, double cloud_shielding, const Predictors&);

// The same from the soundings of several areas, whose predictors are the same.
struct AreaOfFootprints {
  AreaOfFootprints(const Dataset& dataset, const SoundingCells& cells, const std::vector<uint8_t>& some, Predictors p)
      : AreaOfFootprints(dataset.grid, dataset.soundings, cells, some, p) {}
  AreaOfFootprints(const Grid& own, DeliveredPlaces corners, const SoundingCells& cells,
                   const std::vector<uint8_t>& some, Predictors p)
      : grid(own), places(corners), delivered(cells), chosen(some), predictors(p) {}

  const Grid& grid;
  DeliveredPlaces places;
  const SoundingCells& delivered;
  const std::vector<uint8_t>& chosen;
  Predictors predictors;
};
FootprintEstimate estimate_footprints(std::span<const AreaOfFootprints>, double cloud_shielding);

}  // namespace unetsr::data
