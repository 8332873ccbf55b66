#pragma once

#include "models/events/event.h"
#include "models/store/events/billeddays.h"

#include <string>
#include <string_view>

namespace altimeter::session {

/// "OpenAI" for "openai": a provider of the price book as its bills name it, so that both are one value of the dim.
std::string billingNameOf(std::string_view provider);
/// What its charges call the service: "OpenAI API".
std::string serviceNameOf(std::string_view provider);
/// Under what a provider's name is compared: bills spell it in several ways ("AWS", "Amazon Web Services").
std::string billerKey(std::string_view billingName);
/// Which lines of bills are about the use of models.
store::BillTerms billTerms();
/// The layer an operation belongs to: what its source says, else by what it does, else inference.
CostLayer layerOf(CostLayer said, EventOperation operation);

} // namespace altimeter::session
