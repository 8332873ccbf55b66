#pragma once

#include "ui/backend/backups.h"
#include "ui/backend/connections.h"
#include "ui/backend/exports.h"
#include "ui/backend/findings.h"
#include "ui/backend/imports.h"
#include "ui/backend/notes.h"
#include "ui/backend/questions.h"
#include "ui/backend/rules.h"
#include "ui/backend/settings.h"
#include "ui/backend/syncs.h"
#include "ui/backend/views.h"
#include "ui/backend/workspaces.h"

namespace altimeter::ui {

/// What the window may ask of the session: questions of what is open, and an interface for each area of what it does.
/// Every call returns at once; the answer arrives later. All of it belongs to the window's thread.
///
/// The implementation lives in app/gui; tests give the pages a fake. A widget that needs one area takes that area.
class Backend : public Questions {
public:
    virtual Workspaces& workspaces() = 0;
    virtual Imports& imports() = 0;
    virtual Backups& backups() = 0;
    virtual Rules& rules() = 0;
    virtual Views& views() = 0;
    virtual Notes& notes() = 0;
    virtual Exports& exports() = 0;
    virtual Findings& findings() = 0;
    virtual Connections& connections() = 0;
    virtual Syncs& syncs() = 0;
    virtual Settings& settings() = 0;
};

} // namespace altimeter::ui
