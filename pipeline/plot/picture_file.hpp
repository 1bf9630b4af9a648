#pragma once
#include <cairo.h>

#include <filesystem>
#include <functional>
#include <string>

// Pictures as files. The same drawing gives the same bytes.
namespace unetsr::pipeline::picture {

enum class PictureFormat { png, svg };

// By the extension. Throws UsageError for others.
PictureFormat picture_format_of(const std::filesystem::path&);

struct PictureSize {
  int width = 0, height = 0;  // pixels
};

// A picture on white, as the bytes of a file that names unetsr and has `description` for those who cannot see it.
// Throws Error where memory is short.
std::string encode_picture(PictureFormat, PictureSize, const std::string& description,
                           const std::function<void(cairo_t*)>& draw);

}  // namespace unetsr::pipeline::picture
