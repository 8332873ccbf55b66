#pragma once

#include "models/domain/connection.h"
#include "models/domain/connectorinfo.h"
#include "models/domain/feedmapping.h"
#include "ui/backend/answer.h"

#include <map>
#include <string>
#include <vector>

namespace altimeter::ui {

/// A connection as a form says it. A secret that is left out stays as it is stored.
struct ConnectionDraft {
    ConnectionSettings settings;
    std::map<std::string, std::string> secrets; ///< by ConnectorField::key
    /// The user agreed that what is sent goes unencrypted to another computer, where an address says so.
    bool allowsPlainHttp = false;
};

struct SecretStoreInfo {
    bool isPersistent = false; ///< false: secrets live until the program ends
    std::string text;          ///< one sentence: where secrets are kept, or why they are not
};

/// Connections of the open workspace to provider APIs: what they are. What they fetch is the business of Syncs. A
/// `slot` is that of Questions.
class Connections {
public:
    /// Whose settings are tested: those of the workspace must have been confirmed; those of a form are the user's own.
    enum class TestOf { Stored, Form };

    virtual ~Connections() = default;

    virtual std::vector<ConnectorInfo> kinds() const = 0;
    virtual SecretStoreInfo secretStore() const = 0;
    virtual void list(const std::string& slot, Answer<std::vector<ConnectionInfo>> answer) = 0;
    /// What a connection so made would reach out to; at once. Error Invalid: its addresses cannot be used.
    virtual Result<ConnectionReach> reachOf(const ConnectionDraft& draft) const = 0;
    /// Adds a connection or changes the one of that name, by which the user confirms it for this computer.
    virtual void save(const ConnectionDraft& draft, Answer<bool> answer) = 0;
    /// The user agrees to what a stored connection reaches out to; `seen` is what was shown.
    virtual void confirm(const std::string& name, const ConnectionReach& seen, bool allowsPlainHttp,
                         Answer<bool> answer) = 0;
    /// Forgets settings, secrets and confirmation; the charges stay. Answers nothing, or a sentence on what could not
    /// be forgotten.
    virtual void remove(const std::string& name, Answer<std::string> answer) = 0;
    /// Asks the provider the cheapest question; answers one sentence about what was found.
    virtual void test(const std::string& slot, const ConnectionDraft& draft, TestOf which,
                      Answer<std::string> answer) = 0;
    /// Reads the first records of a feed file, and what `mapping` makes of them.
    virtual void previewFeed(const std::string& slot, const std::string& path, const FeedMapping& mapping,
                             Answer<FeedPreview> answer) = 0;
};

} // namespace altimeter::ui
