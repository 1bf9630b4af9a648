#pragma once
#include <filesystem>

#include "data/formats/sounding_layout.hpp"

namespace unetsr::pipeline {

// A format of soundings that the user describes (prepare --soundings-format), as TOML with one key an entry:
//   product                             its name, for messages
//   sif, error                          variables
//   kind, wavelength                    of the SIF; without them instantaneous, 740
//   latitude, longitude                 variables, of the centres
//   latitude_corners, longitude_corners variables, four values a sounding
//   time                                variable
//   sun_zenith_angle, viewing_zenith_angle, cloud_fraction
//                                       variables, or a number that holds for all soundings
//   sif_units, time_units               where the file does not state them
//   orbit, pixel                        variables; without them those of common names
//   missing                             codes beside those that the file declares, as texts
//   screens                             "VARIABLE=0,1" (values) or "VARIABLE=80:100" (a range) that are used
// Throws UsageError naming file and key.
data::SoundingLayout read_soundings_format(const std::filesystem::path&);

}  // namespace unetsr::pipeline
