#pragma once
#include <memory>
#include <vector>

#include "data/formats/raster_writer.hpp"
#include "pipeline/predict/band_statistics.hpp"

namespace unetsr::pipeline {

// Of each window's bands.
struct MapStatistics {
  std::vector<BandStatistics> sif, error, filled;
};

// Writes with another writer, and keeps the statistics of what it is given.
class MeasuredWriter : public data::RasterWriter {
 public:
  MeasuredWriter(std::unique_ptr<data::RasterWriter> writer, size_t windows);

  void write(int window, const data::Part&, std::span<const float> values) override;
  void write_error(int window, const data::Part&, std::span<const float> values) override;
  void write_filled(int window, const data::Part&, std::span<const float> flags) override;
  void add_metadata(const std::string& key, const std::string& value) override;
  bool finish(const std::function<bool()>& go_on) override;

  const MapStatistics& statistics() const { return statistics_; }

 private:
  std::unique_ptr<data::RasterWriter> writer_;
  MapStatistics statistics_;
};

}  // namespace unetsr::pipeline
