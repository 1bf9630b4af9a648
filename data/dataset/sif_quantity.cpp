#include "data/dataset/sif_quantity.hpp"

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

std::string named(const std::string& what, const SifQuantity& q) {
  const std::string mean = q.kind == SifKind::daily ? "daily mean " : "";
  return mean + what + " at " + std::to_string(q.wavelength) + " nm" +
         (q.fit_window == 0 ? "" : " (" + std::to_string(q.fit_window) + " nm fit window)");
}

}  // namespace

std::string sif_name(const SifQuantity& q) {
  return named("SIF", q);
}

std::string long_sif_name(const SifQuantity& q) {
  return named("sun-induced chlorophyll fluorescence", q);
}

void require_same_sif(const std::string& a, const SifQuantity& of_a, const std::string& b, const SifQuantity& of_b) {
  if (of_a == of_b) return;
  throw UsageError(a + " is of " + sif_name(of_a) + ", " + b + " of " + sif_name(of_b) + ": these do not go together");
}

}  // namespace unetsr::data
