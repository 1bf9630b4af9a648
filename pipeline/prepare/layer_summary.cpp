#include "pipeline/prepare/layer_summary.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace unetsr::pipeline {
namespace {

constexpr uint32_t sign = 0x80000000;
constexpr int dropped = 8;  // of 32 bits

// Numbers in the order of the values.
uint32_t order_of(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value + 0.0f);  // -0 is 0
  return bits & sign ? ~bits : bits | sign;
}

float value_of(uint32_t order) {
  return std::bit_cast<float>(order & sign ? order & ~sign : ~order);
}

}  // namespace

void LayerSummary::add(int window, std::span<const float> values) {
  counts_.resize(size_t(1) << 16);
  for (const float v : values) {
    if (std::isnan(v)) continue;
    if (range_.present++ == 0) range_.minimum = range_.maximum = v;
    range_.minimum = std::min(range_.minimum, v), range_.maximum = std::max(range_.maximum, v);
    ++present_[size_t(window)];
    const uint32_t order = order_of(v) >> dropped;
    auto& counts = counts_[order >> 8];
    if (!counts) counts = std::make_unique<Counts>(Counts{});
    ++(*counts)[order & 255];
  }
}

float LayerSummary::median() const {
  int64_t before = 0;
  for (uint32_t high = 0; high < counts_.size(); ++high) {
    if (!counts_[high]) continue;
    for (uint32_t low = 0; low < 256; ++low) {
      before += (*counts_[high])[low];
      if (2 * before >= range_.present) {
        const uint32_t first = (high << 8 | low) << dropped;
        return std::clamp((value_of(first) + value_of(first | 255)) / 2, range_.minimum, range_.maximum);
      }
    }
  }
  return range_.maximum;
}

LayerRow LayerSummary::row(const std::string& name, const std::string& units, int64_t cells) const {
  LayerRow row{name, units, 0, 1, range_};
  for (const int64_t present : present_) {
    const double share = cells > 0 ? double(present) / double(cells) : 0;
    row.mean_share += share / double(present_.size()), row.lowest_share = std::min(row.lowest_share, share);
  }
  if (range_.present > 0) row.range.median = median();
  return row;
}

}  // namespace unetsr::pipeline
