#include "app/session/questions/answers.h"
#include "app/session/workspace/storedrevision.h"
#include "models/store/ledger/setaside.h"

namespace altimeter::session {

Result<Deliveries> answer(const Snapshot& snapshot, const DeliveriesQuestion&, std::stop_token stop)
{
    auto reading = snapshot.stored->read(stop);
    if (!reading)
        return reading.error();
    auto deliveries = store::readDeliveries(reading->db());
    auto removed = store::readRemovedSources(reading->db());
    if (!deliveries || !removed)
        return !deliveries ? deliveries.error() : removed.error();
    return Deliveries{deliveries.take(), removed.take()};
}

} // namespace altimeter::session
