#pragma once
#include <span>
#include <string>
#include <vector>

namespace unetsr::data {

// Channels that say much the same, so that each hides what the others are worth: a layer with its _coarse and its
// _mean, local binary patterns of all kinds.
struct FeatureGroup {
  std::string name;  // "ndvi*", "lbp*"
  std::vector<std::string> channels;
};

// The groups of two channels or more, in the order of their first ones.
std::vector<FeatureGroup> feature_groups(std::span<const std::string> channels);

// What `name` stands for among the channels: itself, or, of a group's name, all that belong to it; none: not there.
std::vector<std::string> channels_named(const std::string& name, std::span<const std::string> channels);

}  // namespace unetsr::data
