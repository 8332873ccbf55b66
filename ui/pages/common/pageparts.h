#pragma once

#include <QString>

#include "models/domain/result.h"

class QFrame;
class QLabel;
class QLayout;
class QPushButton;
class QVBoxLayout;
class QWidget;

/// Small parts every page is made of, named for assistive tools from the start.
namespace altimeter::ui::parts {

/// A card with the usual padding. `layout` of the answer is a QVBoxLayout.
QFrame* card(const QString& accessibleName, QWidget* parent = nullptr);
/// Makes a frame without a layout such a card: for classes that are one.
void makeCard(QFrame* frame, const QString& accessibleName);
QVBoxLayout* cardLayout(QFrame* card);
QLabel* label(const QString& text, const char* role, QWidget* parent = nullptr);
/// A label whose text wraps and can be selected.
QLabel* paragraph(const QString& text, const char* role, QWidget* parent = nullptr);
QPushButton* button(const QString& text, const QString& tip, const char* kind = nullptr, QWidget* parent = nullptr);
QFrame* line(QWidget* parent = nullptr);
void setRole(QLabel* label, const char* role);
/// Deletes everything in `layout`.
void clear(QLayout* layout);
/// What the user can do about a failure of this kind.
QString advice(ErrorCode code);
QString text(const std::string& utf8);

} // namespace altimeter::ui::parts
