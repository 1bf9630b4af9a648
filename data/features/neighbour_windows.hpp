#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

// Channels of other windows: NAME@-1 is NAME one window earlier, NAME@+2 two windows later. Where windows are dates,
// one window later is the window whose first day lies nearest to 16 days later, at most 8 days off; else the next one.
namespace unetsr::data {

struct NeighbourChannel {
  std::string channel;
  int offset = 0;  // windows; 0 where the name states none
};
NeighbourChannel neighbour_channel(const std::string& name);  // offsets -99 to 99

// "NAME@-1"; NAME where the offset is 0.
std::string neighbour_name(const std::string& channel, int offset);

// For each window the one that lies `offset` windows away; none where the dataset has no such window.
std::vector<std::optional<int>> neighbour_windows(std::span<const std::string> windows, int offset);

// Of values (windows x cells): those of each window's neighbour; the window's own where it has none or they are
// missing.
std::vector<float> neighbour_values(std::span<const float> values, std::span<const std::optional<int>> neighbours);

}  // namespace unetsr::data
