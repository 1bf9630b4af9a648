#include "pipeline/plot/canvas.hpp"

#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>
#include <regex>

#include "kernels/error.hpp"

namespace unetsr::pipeline::picture {
namespace {

constexpr const char* font = "Liberation Sans, DejaVu Sans, Sans";

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, Unref>;

using FontDescription = std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)>;

FontDescription font_description() {
  return {pango_font_description_from_string(font), pango_font_description_free};
}

// Without any Pango crashes.
void require_a_font() {
  PangoFontMap* map = pango_cairo_font_map_get_default();
  const std::unique_ptr<PangoContext, Unref> context(pango_font_map_create_context(map));
  const std::unique_ptr<PangoFont, Unref> found(pango_font_map_load_font(map, context.get(), font_description().get()));
  if (!found) throw Error("no font is installed that pictures could be labelled with; install fonts-liberation");
}

void set_colour(cairo_t* context, Colour c) {
  cairo_set_source_rgba(context, c.red / 255.0, c.green / 255.0, c.blue / 255.0, c.alpha / 255.0);
}

// Without hints, so that a text has the same shape in pixels and in vectors.
void set_font_options(PangoContext* context) {
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
}

Layout layout_of(cairo_t* context, const std::string& markup, const TextStyle& style) {
  Layout layout(pango_cairo_create_layout(context));
  set_font_options(pango_layout_get_context(layout.get()));
  const FontDescription description = font_description();
  pango_font_description_set_absolute_size(description.get(), style.size * PANGO_SCALE);
  pango_font_description_set_weight(description.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout.get(), description.get());
  pango_layout_set_markup(layout.get(), markup.c_str(), int(markup.size()));
  return layout;
}

Point size_of(PangoLayout* layout) {
  PangoRectangle logical;
  pango_layout_get_extents(layout, nullptr, &logical);
  return {double(logical.width) / PANGO_SCALE, double(logical.height) / PANGO_SCALE};
}

void path_along(cairo_t* context, std::span<const Point> points) {
  cairo_new_path(context);
  for (const Point& p : points) cairo_line_to(context, p.x, p.y);
}

}  // namespace

Canvas::Canvas(cairo_t* context) : context_(context) {
  require_a_font();
}

Point Canvas::text_size(const std::string& markup, const TextStyle& style) const {
  const Point size = size_of(layout_of(context_, markup, style).get());
  return style.upright ? size : Point{size.y, size.x};
}

void Canvas::text(Point at, const std::string& markup, const TextStyle& style) const {
  const Layout layout = layout_of(context_, markup, style);
  const Point size = size_of(layout.get());
  cairo_save(context_);
  cairo_translate(context_, at.x, at.y);
  if (!style.upright) cairo_rotate(context_, -G_PI / 2);
  cairo_translate(context_, -style.across * size.x, -style.down * size.y);
  if (style.outlined) {
    cairo_move_to(context_, 0, 0);
    pango_cairo_layout_path(context_, layout.get());
    set_line({style.size * 0.22, {255, 255, 255, 225}});
    cairo_stroke(context_);
  }
  cairo_move_to(context_, 0, 0);
  set_colour(context_, style.colour);
  pango_cairo_show_layout(context_, layout.get());
  cairo_restore(context_);
}

void Canvas::fitted_text(Point at, const std::string& markup, TextStyle style, double width) const {
  style.size *= std::min(1.0, width / std::max(1.0, text_size(markup, style).x));
  text(at, markup, style);
}

void Canvas::set_line(const LineStyle& style) const {
  cairo_set_line_width(context_, style.width);
  cairo_set_line_join(context_, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash(context_, style.dashes.data(), int(style.dashes.size()), 0);
  set_colour(context_, style.colour);
}

void Canvas::line(std::span<const Point> points, const LineStyle& style) const {
  path_along(context_, points);
  set_line(style);
  cairo_stroke(context_);
}

void Canvas::fill(const Box& box, Colour colour) const {
  cairo_rectangle(context_, box.x, box.y, box.width, box.height);
  set_colour(context_, colour);
  cairo_fill(context_);
}

void Canvas::fill(std::span<const Point> corners, Colour colour) const {
  path_along(context_, corners);
  cairo_close_path(context_);
  set_colour(context_, colour);
  cairo_fill(context_);
}

void Canvas::frame(const Box& box, const LineStyle& style) const {
  cairo_rectangle(context_, box.x, box.y, box.width, box.height);
  set_line(style);
  cairo_stroke(context_);
}

void Canvas::bitmap(const Box& box, const Bitmap& bitmap) const {
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, bitmap.width, bitmap.height), cairo_surface_destroy);
  cairo_surface_flush(surface.get());
  const size_t stride = size_t(cairo_image_surface_get_stride(surface.get())) / 4;
  auto* pixels = reinterpret_cast<uint32_t*>(cairo_image_surface_get_data(surface.get()));
  if (!pixels)
    throw Error("a picture of " + std::to_string(bitmap.width) + " x " + std::to_string(bitmap.height) +
                " pixels cannot be drawn; take a smaller --width");
  for (int row = 0; row < bitmap.height; ++row)
    for (int column = 0; column < bitmap.width; ++column) {
      const Colour c = bitmap.pixels[size_t(row) * size_t(bitmap.width) + size_t(column)];
      const auto premultiplied = [&](uint8_t v) { return uint32_t((v * c.alpha + 127) / 255); };
      pixels[size_t(row) * stride + size_t(column)] =
          uint32_t(c.alpha) << 24 | premultiplied(c.red) << 16 | premultiplied(c.green) << 8 | premultiplied(c.blue);
    }
  cairo_surface_mark_dirty(surface.get());
  cairo_save(context_);
  cairo_translate(context_, box.x, box.y);
  cairo_scale(context_, box.width / bitmap.width, box.height / bitmap.height);
  cairo_set_source_surface(context_, surface.get(), 0, 0);
  cairo_pattern_set_filter(cairo_get_source(context_), CAIRO_FILTER_NEAREST);
  cairo_paint(context_);
  cairo_restore(context_);
}

Canvas::Moved::Moved(const Canvas& canvas, Point origin) : context_(canvas.context_) {
  cairo_save(context_);
  cairo_translate(context_, origin.x, origin.y);
}

Canvas::Moved::~Moved() {
  cairo_restore(context_);
}

Canvas::Clip::Clip(const Canvas& canvas, const Box& box) : context_(canvas.context_) {
  cairo_save(context_);
  cairo_rectangle(context_, box.x, box.y, box.width, box.height);
  cairo_clip(context_);
}

Canvas::Clip::~Clip() {
  cairo_restore(context_);
}

std::string escaped(const std::string& text) {
  const std::unique_ptr<char, decltype(&g_free)> markup(g_markup_escape_text(text.c_str(), gssize(text.size())),
                                                        g_free);
  return markup.get();
}

std::string units_markup(const std::string& units) {
  static const std::regex exponent("([A-Za-z])(-?)([0-9])(?![0-9A-Za-z])");
  std::string markup = std::regex_replace(escaped(units), exponent, "$1<sup>$2$3</sup>");
  for (size_t at; (at = markup.find("<sup>-")) != std::string::npos;) markup.replace(at, 6, "<sup>\u2212");
  return markup;
}

}  // namespace unetsr::pipeline::picture
