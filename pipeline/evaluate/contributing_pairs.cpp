#include "pipeline/evaluate/contributing_pairs.hpp"

#include <cmath>

namespace unetsr::pipeline {
namespace {

using Entry = report::PooledEntry;

class Pairs {
 public:
  explicit Pairs(const std::vector<Entry>& entries) : entries_(entries) {}

  size_t baseline(const std::string& method, bool corrected) const {
    return least_rmse(entries_, [&](const Entry& e) {
      return e.baseline && e.variant.method == method && e.variant.corrected == corrected;
    });
  }
  size_t network(const std::string& supervision, bool corrected) const {
    return least_rmse(entries_, [&](const Entry& e) {
      return !e.baseline && e.supervision == supervision && e.variant.corrected == corrected;
    });
  }
  // The entry that differs from another in its variant alone.
  size_t with(size_t entry, bool denoised, bool corrected) const {
    if (entry == entries_.size()) return entry;
    const Entry& own = entries_[entry];
    return least_rmse(entries_, [&](const Entry& e) {
      return e.baseline == own.baseline && e.supervision == own.supervision &&
             e.variant == report::MapVariant{own.variant.method, denoised, corrected};
    });
  }
  size_t corrected(size_t entry) const {
    return entry == entries_.size() ? entry : with(entry, entries_[entry].variant.denoised, true);
  }

  void add(const std::string& what, size_t from, size_t to) {
    if (from < entries_.size() && to < entries_.size() && from != to) pairs_.push_back({what, from, to});
  }
  std::vector<EntryPair> take() { return std::move(pairs_); }

 private:
  const std::vector<Entry>& entries_;
  std::vector<EntryPair> pairs_;
};

}  // namespace

size_t least_rmse(const std::vector<Entry>& entries, const std::function<bool(const Entry&)>& is) {
  size_t best = entries.size();
  for (size_t i = 0; i < entries.size(); ++i)
    if (is(entries[i]) && std::isfinite(entries[i].metrics.rmse) &&
        (best == entries.size() || entries[i].metrics.rmse < entries[best].metrics.rmse))
      best = i;
  return best;
}

std::vector<EntryPair> contributing_pairs(const std::vector<Entry>& entries) {
  Pairs pairs(entries);
  const auto uncorrected = [](const Entry& e) { return e.baseline && !e.variant.corrected; };
  const size_t plain = least_rmse(entries, [&](const Entry&e) { return uncorrected(e) && !e.variant.denoised; }),
               best = least_rmse(entries, uncorrected), network = pairs.network("footprints", true),
               alone = network == entries.size() ? network : pairs.with(network, false, false),
               wald = pairs.network("wald", true);
  pairs.add("Denoised bands, of the best baseline of plain bands", plain, pairs.with(plain, true, false));
  pairs.add("Correction, of the best uncorrected baseline", best, pairs.corrected(best));
  pairs.add("Correction, of the network", alone, network);
  pairs.add("Footprints instead of coarse cells, of a linear regression", pairs.baseline("linear-residual", true),
            pairs.baseline("footprint-regression", true));
  pairs.add("Footprints instead of coarse cells, of a network", wald, network);
  pairs.add("The network instead of a linear regression on footprints", pairs.baseline("footprint-regression", true),
            network);
  pairs.add("The network instead of NIRv times a factor, its default first guess", pairs.baseline("first-guess", true),
            network);
  return pairs.take();
}

}  // namespace unetsr::pipeline
