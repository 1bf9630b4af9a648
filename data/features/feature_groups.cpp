#include "data/features/feature_groups.hpp"

#include <algorithm>

#include "data/features/neighbour_windows.hpp"

namespace unetsr::data {
namespace {

std::string group_of(const std::string& name) {
  std::string channel = neighbour_channel(name).channel;
  if (channel.starts_with("lbp")) return "lbp*";
  for (const std::string suffix : {"_mean", "_coarse", "_denoised"})
    if (channel.ends_with(suffix)) channel.resize(channel.size() - suffix.size());
  return channel + "*";
}

}  // namespace

std::vector<FeatureGroup> feature_groups(std::span<const std::string> channels) {
  std::vector<FeatureGroup> groups;
  for (const std::string& channel : channels) {
    const std::string name = group_of(channel);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const FeatureGroup& g) { return g.name == name; });
    if (group == groups.end()) group = groups.insert(groups.end(), {name, {}});
    group->channels.push_back(channel);
  }
  std::erase_if(groups, [](const FeatureGroup& g) { return g.channels.size() < 2; });
  return groups;
}

std::vector<std::string> channels_named(const std::string& name, std::span<const std::string> channels) {
  std::vector<std::string> named;
  for (const std::string& channel : channels)
    if (channel == name || group_of(channel) == name) named.push_back(channel);
  return named;
}

}  // namespace unetsr::data
