#pragma once

#include <QtTest/QtTest>

namespace altimeter::testing {

/// Registers one test class with the program it is linked into (testprogram.cpp), under the name of its file without
/// the ending. `run` is what would be the main() of a program of its own: it makes the application the class needs, if
/// any.
class TestClass {
public:
    using Main = int (*)(int argc, char** argv);
    TestClass(const char* file, Main run);
};

} // namespace altimeter::testing

// Many test classes make one program: QTEST_MAIN and its kin at the end of a test register the class and make no
// main(). Every test is compiled with this header in front, so that its source stays that of any Qt test. Qt 6.6 and
// later do the same for QTEST_BATCH_TESTS; Qt 6.4 knows no such thing.
#undef QTEST_MAIN_WRAPPER
#define QTEST_MAIN_WRAPPER(TestObject, ...)                                                                            \
    static const altimeter::testing::TestClass registered##TestObject(__FILE__, [](int argc, char** argv) -> int {     \
        QTest::Internal::callInitMain<TestObject>();                                                                   \
        __VA_ARGS__                                                                                                    \
        TestObject tc;                                                                                                 \
        QTEST_SET_MAIN_SOURCE_PATH                                                                                     \
        return QTest::qExec(&tc, argc, argv);                                                                          \
    });
