#include "pipeline/predict/measured_writer.hpp"

#include <utility>

namespace unetsr::pipeline {

MeasuredWriter::MeasuredWriter(std::unique_ptr<data::RasterWriter> writer, size_t windows)
    : writer_(std::move(writer)),
      statistics_{std::vector<BandStatistics>(windows), std::vector<BandStatistics>(windows),
                  std::vector<BandStatistics>(windows)} {}

void MeasuredWriter::write(int window, const data::Part& part, std::span<const float> values) {
  writer_->write(window, part, values);
  statistics_.sif[size_t(window)].add(values);
}

void MeasuredWriter::write_error(int window, const data::Part& part, std::span<const float> values) {
  writer_->write_error(window, part, values);
  statistics_.error[size_t(window)].add(values);
}

void MeasuredWriter::write_filled(int window, const data::Part& part, std::span<const float> flags) {
  writer_->write_filled(window, part, flags);
  statistics_.filled[size_t(window)].add(flags);
}

void MeasuredWriter::add_metadata(const std::string& key, const std::string& value) {
  writer_->add_metadata(key, value);
}

bool MeasuredWriter::finish(const std::function<bool()>& go_on) {
  return writer_->finish(go_on);
}

}  // namespace unetsr::pipeline
