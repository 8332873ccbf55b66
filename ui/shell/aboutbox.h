#pragma once

class QWidget;

namespace altimeter::ui {

/// Version and licence, in a box that stops nothing.
void showAboutBox(QWidget* window);

} // namespace altimeter::ui
