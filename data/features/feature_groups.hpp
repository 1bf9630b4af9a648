#pragma once
#include <span>
#include <string>
#include <vector>

namespace unetsr::data {

// Channels with much the same content, so that permuting one hides little: a layer with its _coarse, its _mean and its
// values in other windows, local binary patterns of all kinds.
struct FeatureGroup {
  std::string name;  // "ndvi*", "lbp*"
  std::vector<std::string> channels;
};

// The groups of two channels or more, in the order of their first ones.
std::vector<FeatureGroup> feature_groups(std::span<const std::string> channels);

// The channels that `name` stands for: itself or, if it is a group's name, all of the group; none where there is no
// such channel.
std::vector<std::string> channels_named(const std::string& name, std::span<const std::string> channels);

}  // namespace unetsr::data
