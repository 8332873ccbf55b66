// The main() of every test program: NAME [arguments of Qt Test]. Without a name it lists those it knows.

#include "tests/testkit/testclass.h"

#include <cstdio>
#include <map>
#include <string>
#include <string_view>

namespace {

// A function's own, as files register before main() in no certain order
std::map<std::string, altimeter::testing::TestClass::Main, std::less<>>& classes()
{
    static std::map<std::string, altimeter::testing::TestClass::Main, std::less<>> registered;
    return registered;
}

} // namespace

altimeter::testing::TestClass::TestClass(const char* file, Main run)
{
    std::string_view name = file;
    name.remove_prefix(name.rfind('/') + 1); // npos + 1 is 0
    classes().emplace(name.substr(0, name.rfind('.')), run);
}

int main(int argc, char** argv)
{
    const auto chosen = argc < 2 ? classes().end() : classes().find(std::string_view(argv[1]));
    if (chosen != classes().end()) {
        argv[1] = argv[0]; // what follows the name is Qt Test's
        return chosen->second(argc - 1, argv + 1);
    }
    for (const auto& [name, run] : classes())
        std::puts(name.c_str());
    if (argc < 2)
        return 0;
    std::fprintf(stderr, "%s has no test class '%s'\n", argv[0], argv[1]);
    return 2;
}
